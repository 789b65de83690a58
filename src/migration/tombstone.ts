import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { addToHistory, countTransition } from './record-transition.ts'

type RecordKey = { tenant_id: string; connection_id: string; record_id: string }

/** The two changes of a tombstone: set when a moved user is deleted, lifted by an administrator. */
const changes = {
  set: { from: 'migrated', to: 'deleted' },
  lifted: { from: 'deleted', to: 'seen' },
} as const

async function changeTombstone(
  trx: Transaction,
  key: RecordKey,
  tombstone: keyof typeof changes,
  at: number,
): Promise<boolean> {
  const { from, to } = changes[tombstone]
  const changed = await trx
    .updateTable('migration_records')
    .set({
      state: to,
      user_id: null,
      updated_at: at,
      ...(tombstone === 'lifted' ? { migrated_at: null, migrated_through: null } : {}),
    })
    .where('tenant_id', '=', key.tenant_id)
    .where('connection_id', '=', key.connection_id)
    .where('record_id', '=', key.record_id)
    .where('state', '=', from)
    .returning('record_id')
    .executeTakeFirst()
  if (!changed) return false
  await countTransition(trx, key, { from, to, at })
  await addToHistory(trx, {
    ...key,
    at,
    from_state: from,
    to_state: to,
    through: 'api',
    outcome: null,
    detail: { tombstone },
  })
  return true
}

/** Sets the tombstone of a moved user, in the transaction that deletes the user. */
export async function setTombstone(trx: Transaction, tenant_id: string, user_id: string, at: number): Promise<void> {
  const records = await trx
    .selectFrom('migration_records')
    .select(['connection_id', 'record_id'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('state', '=', 'migrated')
    .execute()
  for (const record of records) await changeTombstone(trx, { tenant_id, ...record }, 'set', at)
}

/**
 * Lifts a tombstone: the record's state is `seen` again, and the user may move at the next login.
 *
 * @throws {Refusal} `inexistent_migration_record`, or `inexistent_tombstone` where the record has none
 */
export async function liftTombstone(deps: { db: Db; clock: Clock }, key: RecordKey): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    if (await changeTombstone(trx, key, 'lifted', deps.clock.now())) return
    const record = await trx
      .selectFrom('migration_records')
      .select('record_id')
      .where('tenant_id', '=', key.tenant_id)
      .where('connection_id', '=', key.connection_id)
      .where('record_id', '=', key.record_id)
      .executeTakeFirst()
    throw new Refusal(record ? 'inexistent_tombstone' : 'inexistent_migration_record')
  })
}
