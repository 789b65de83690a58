import type { Clock } from '../base/clock.ts'
import { isJsonObject } from '../base/json.ts'
import type { PromptSettings, PromptSettingsChange } from '../contract/prompts.ts'
import type { Db } from '../store/tables.ts'
import { changeSettings } from './change-settings.ts'
import type { Tenant } from './tenant.ts'

/** How the pages of a tenant ask. It is kept within the settings. */
export function promptSettingsOf({ settings }: Pick<Tenant, 'settings'>): PromptSettings {
  const { prompts } = settings
  const identifier_first = isJsonObject(prompts) && prompts['identifier_first'] === true
  return { universal_login_experience: 'new', identifier_first, webauthn_platform_first_factor: false }
}

/** Sets the properties that `change` names. */
export async function updatePromptSettings(
  deps: { db: Db; clock: Clock },
  { tenant_id }: Tenant,
  change: PromptSettingsChange,
): Promise<PromptSettings> {
  const settings = await changeSettings(deps, tenant_id, (stored) => {
    const { identifier_first = promptSettingsOf({ settings: stored }).identifier_first } = change
    return { ...stored, prompts: { identifier_first } }
  })
  return promptSettingsOf({ settings })
}
