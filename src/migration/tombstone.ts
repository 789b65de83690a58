import type { Clock } from '../base/clock.ts'
import { newPrefixedId } from '../base/ids.ts'
import { Refusal } from '../contract/refusal.ts'
import { bumpCounter, bumpDay } from '../store/counters.ts'
import { writeJson } from '../store/json-column.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { dayOf } from './records.ts'

type RecordKey = { tenant_id: string; connection_id: string; record_id: string }

async function changeState(
  trx: Transaction,
  key: RecordKey,
  from: 'migrated' | 'deleted',
  to: 'deleted' | 'seen',
  at: number,
): Promise<boolean> {
  const changed = await trx
    .updateTable('migration_records')
    .set({
      state: to,
      user_id: null,
      updated_at: at,
      ...(to === 'seen' ? { migrated_at: null, migrated_through: null } : {}),
    })
    .where('tenant_id', '=', key.tenant_id)
    .where('connection_id', '=', key.connection_id)
    .where('record_id', '=', key.record_id)
    .where('state', '=', from)
    .returning('record_id')
    .executeTakeFirst()
  if (!changed) return false
  await bumpCounter(trx, key.tenant_id, key.connection_id, `state:${from}`, -1)
  await bumpCounter(trx, key.tenant_id, key.connection_id, `state:${to}`, 1)
  await bumpDay(trx, key.tenant_id, key.connection_id, dayOf(at), to, 1)
  await trx
    .insertInto('migration_events')
    .values({
      ...key,
      event_id: `${String(at).padStart(15, '0')}-${newPrefixedId('mev')}`,
      at,
      from_state: from,
      to_state: to,
      through: 'api',
      outcome: null,
      detail: writeJson(to === 'seen' ? { tombstone: 'lifted' } : { tombstone: 'set' }),
    })
    .execute()
  return true
}

/** Leaves a tombstone for a moved user who is being deleted, in the same transaction. */
export async function setTombstone(trx: Transaction, tenant_id: string, user_id: string, at: number): Promise<void> {
  const records = await trx
    .selectFrom('migration_records')
    .select(['connection_id', 'record_id'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('state', '=', 'migrated')
    .execute()
  for (const record of records) await changeState(trx, { tenant_id, ...record }, 'migrated', 'deleted', at)
}

/**
 * Lifts a tombstone: the person counts as seen again, and may move at the next login.
 *
 * @throws {Refusal} `inexistent_migration_record`, or `inexistent_tombstone` where the record bears none
 */
export async function liftTombstone(parts: { db: Db; clock: Clock }, key: RecordKey): Promise<void> {
  await inTransaction(parts.db, async (trx) => {
    if (await changeState(trx, key, 'deleted', 'seen', parts.clock.now())) return
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
