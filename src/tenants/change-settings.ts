import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import { invalidBody } from '../contract/refusal.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** What the settings of a tenant may take, as JSON in UTF-8, its look and its texts included: they are read with each request. */
export const settings_max_bytes = 524_288

/**
 * Changes the settings of a tenant in one transaction.
 *
 * @param change returns the settings to store for those that are stored
 * @throws {Refusal} `invalid_body` where they would take more than `settings_max_bytes`
 * @returns the settings that are stored now
 */
export async function changeSettings<T extends JsonObject>(
  { db, clock }: { db: Db; clock: Clock },
  tenant_id: string,
  change: (stored: JsonObject) => T,
): Promise<T> {
  return await inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('tenants')
      .select('settings')
      .where('tenant_id', '=', tenant_id)
      .executeTakeFirstOrThrow()
    const settings = change(readJson<JsonObject>(row.settings))
    const text = writeJson(settings)
    const bytes = Buffer.byteLength(text)
    if (bytes > settings_max_bytes && bytes > Buffer.byteLength(row.settings)) {
      throw invalidBody(`The settings of a tenant may take ${settings_max_bytes} bytes. These would take ${bytes}`)
    }
    await trx
      .updateTable('tenants')
      .set({ settings: text, updated_at: clock.now() })
      .where('tenant_id', '=', tenant_id)
      .execute()
    return settings
  })
}
