import type { Clock } from '../base/clock.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { rulesConfigAad } from '../store/sealed-aad.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

const configs_max = 100

/** The names of the values that the rules of a tenant read, in alphabetical order. */
export async function listRulesConfigs(db: Db, tenant_id: string): Promise<{ key: string }[]> {
  return await db
    .selectFrom('rules_configs')
    .select('config_key as key')
    .where('tenant_id', '=', tenant_id)
    .orderBy('config_key')
    .execute()
}

/**
 * Sets a value that rules read. It is sealed, bound to the tenant and the key.
 *
 * @throws {Refusal} `invalid_body` for one value too many
 */
export async function setRulesConfig(
  deps: { db: Db; clock: Clock; sealer: Sealer },
  tenant_id: string,
  { key, value }: { key: string; value: string },
): Promise<void> {
  const value_sealed = deps.sealer.seal(value, rulesConfigAad(tenant_id, key))
  const row = { tenant_id, config_key: key, value_sealed, updated_at: deps.clock.now() }
  await inTransaction(deps.db, async (trx) => {
    const known = await listRulesConfigs(trx, tenant_id)
    if (known.length >= configs_max && !known.some((each) => each.key === key)) {
      throw invalidBody(`Rules may read ${configs_max} values`)
    }
    const { updated_at } = row
    await trx
      .insertInto('rules_configs')
      .values(row)
      .onConflict((conflict) => conflict.columns(['tenant_id', 'config_key']).doUpdateSet({ value_sealed, updated_at }))
      .execute()
  })
}

/** Deletes a value that rules read. An unknown key is not an error. */
export async function deleteRulesConfig(db: Db, tenant_id: string, key: string): Promise<void> {
  await db.deleteFrom('rules_configs').where('tenant_id', '=', tenant_id).where('config_key', '=', key).execute()
}

/** The values in the clear, by key. Only for a call of the tenant's rules. */
export async function readRulesConfigs(
  { db, sealer }: { db: Db; sealer: Sealer },
  tenant_id: string,
): Promise<Record<string, string>> {
  const rows = await db.selectFrom('rules_configs').selectAll().where('tenant_id', '=', tenant_id).execute()
  return Object.fromEntries(
    rows.map(({ config_key, value_sealed }) => [
      config_key,
      sealer.open(value_sealed, rulesConfigAad(tenant_id, config_key)),
    ]),
  )
}
