import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { PromptSettings, PromptSettingsChange } from '../contract/prompts.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
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
  return await inTransaction(deps.db, async (trx) => {
    const row = await trx
      .selectFrom('tenants')
      .select('settings')
      .where('tenant_id', '=', tenant_id)
      .executeTakeFirstOrThrow()
    const stored = readJson<JsonObject>(row.settings)
    const { identifier_first = promptSettingsOf({ settings: stored }).identifier_first } = change
    const settings = { ...stored, prompts: { identifier_first } }
    await trx
      .updateTable('tenants')
      .set({ settings: writeJson(settings), updated_at: deps.clock.now() })
      .where('tenant_id', '=', tenant_id)
      .execute()
    return promptSettingsOf({ settings })
  })
}
