import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../../connections/connection.ts'
import type { MigrationState } from '../../contract/outcomes.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { ConnectionKey } from '../find-records.ts'
import { addToHistory, countTransition } from '../record-transition.ts'

type RecordKey = ConnectionKey & { record_id: string }

/** The state that a record had before its user moved. */
async function stateBefore(
  trx: Transaction,
  { tenant_id, connection_id, record_id }: RecordKey,
): Promise<MigrationState> {
  const moved = await trx
    .selectFrom('migration_events')
    .select('from_state')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .where('to_state', '=', 'migrated')
    .orderBy('event_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (moved?.from_state ?? 'seen') as MigrationState
}

/**
 * An alias is migrated when the user of the other record is here: without the decision, its own user has not moved. Returns its state then,
 * which is that of before.
 */
async function reopenAlias(trx: Transaction, key: RecordKey, at: number): Promise<MigrationState> {
  const state = await stateBefore(trx, key)
  await trx
    .updateTable('migration_records')
    .set({ state, user_id: null, migrated_at: null, migrated_through: null, updated_at: at })
    .where('tenant_id', '=', key.tenant_id)
    .where('connection_id', '=', key.connection_id)
    .where('record_id', '=', key.record_id)
    .execute()
  await countTransition(trx, key, { from: 'migrated', to: state, at })
  return state
}

/**
 * Takes the decision on a record back, with what it reserves.
 *
 * @throws {Refusal} `inexistent_migration_record`, `inexistent_decision`; `decision_is_final` once the user has moved or was deleted
 */
export async function withdrawDecision(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id, connection_id }: Connection,
  record_id: string,
  by: string,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const record = await trx
      .selectFrom('migration_records')
      .select('state')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .executeTakeFirstOrThrow(() => new Refusal('inexistent_migration_record'))
    const { kind } = await trx
      .selectFrom('record_decisions')
      .select('kind')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .executeTakeFirstOrThrow(() => new Refusal('inexistent_decision'))
    const { state } = record
    const is_reopened = state === 'migrated' && kind === 'alias'
    if (state === 'deleted' || (state === 'migrated' && !is_reopened)) throw new Refusal('decision_is_final')
    const at = clock.now()
    for (const table of ['record_decisions', 'reserved_identifiers'] as const) {
      await trx
        .deleteFrom(table)
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', '=', record_id)
        .execute()
    }
    const key = { tenant_id, connection_id, record_id }
    const to_state = is_reopened ? await reopenAlias(trx, key, at) : state
    await addToHistory(trx, {
      ...key,
      at,
      from_state: state,
      to_state,
      through: 'api',
      outcome: null,
      detail: { decision_withdrawn: kind, decided_by: by },
    })
  })
}
