import type { Clock } from '../base/clock.ts'
import type { MigrationState } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { eraseSecrets } from './directory/erase-row.ts'
import { recordsOfUser } from './find-records.ts'
import { addToHistory, countTransition } from './record-transition.ts'

type RecordKey = { tenant_id: string; connection_id: string; record_id: string }

/** A tombstone is set when a user is deleted whom the legacy store still has, and lifted by an administrator. */
type TombstoneChange = { tombstone: 'set' | 'lifted'; from: MigrationState; at: number }

async function changeTombstone(
  trx: Transaction,
  key: RecordKey,
  { tombstone, from, at }: TombstoneChange,
): Promise<boolean> {
  const to = tombstone === 'set' ? 'deleted' : 'seen'
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
  if (tombstone === 'set') await eraseSecrets(trx, key)
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

/** Sets the tombstones of a user whom a legacy store has, moved or cached, in the transaction that deletes the user. */
export async function setTombstones(trx: Transaction, tenant_id: string, user_id: string, at: number): Promise<void> {
  for (const { state, connection_id, record_id } of await recordsOfUser(trx, tenant_id, user_id)) {
    const from = state as MigrationState
    if (from !== 'deleted')
      await changeTombstone(trx, { tenant_id, connection_id, record_id }, { tombstone: 'set', from, at })
  }
}

/**
 * Lifts a tombstone: the record's state is `seen` again, and the user may move at the next login.
 *
 * @throws {Refusal} `inexistent_migration_record`, or `inexistent_tombstone` where the record has none
 */
export async function liftTombstone(deps: { db: Db; clock: Clock }, key: RecordKey): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    if (await changeTombstone(trx, key, { tombstone: 'lifted', from: 'deleted', at })) return
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
