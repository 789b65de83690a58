import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Branding } from '../contract/branding.ts'
import type { Db } from '../store/tables.ts'
import { changeSettings } from './change-settings.ts'
import type { Tenant } from './tenant.ts'

/** The look of a tenant's pages in the format of the API: the properties that are set. It is kept within the settings. */
export function brandingOf(tenant: Pick<Tenant, 'settings'>): Branding {
  const { branding } = tenant.settings
  return isJsonObject(branding) ? branding : {}
}

/** The members of both objects; null removes a member. */
function merge<T extends object>(stored: T, change: T): object {
  return Object.fromEntries(Object.entries({ ...stored, ...change }).filter(([, value]) => value !== null))
}

/** Sets the properties that `change` names, and removes those that it names with null; of `colors`, only the named ones. */
export async function updateBranding(
  deps: { db: Db; clock: Clock },
  { tenant_id }: Tenant,
  change: Branding,
): Promise<Branding> {
  const settings = await changeSettings(deps, tenant_id, (before) => {
    const stored = brandingOf({ settings: before })
    const colors = change.colors && merge(stored.colors ?? {}, change.colors)
    const branding: Branding = merge(stored, { ...change, ...(colors ? { colors } : {}) })
    return { ...before, branding: branding as JsonObject }
  })
  return brandingOf({ settings })
}
