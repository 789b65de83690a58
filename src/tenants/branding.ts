import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Branding } from '../contract/branding.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
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
  return await inTransaction(deps.db, async (trx) => {
    const row = await trx
      .selectFrom('tenants')
      .select('settings')
      .where('tenant_id', '=', tenant_id)
      .executeTakeFirstOrThrow()
    const settings = readJson<JsonObject>(row.settings)
    const stored = brandingOf({ settings })
    const colors = change.colors && merge(stored.colors ?? {}, change.colors)
    const branding: Branding = merge(stored, { ...change, ...(colors ? { colors } : {}) })
    await trx
      .updateTable('tenants')
      .set({ settings: writeJson({ ...settings, branding }), updated_at: deps.clock.now() })
      .where('tenant_id', '=', tenant_id)
      .execute()
    return branding
  })
}
