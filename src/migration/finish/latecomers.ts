import type { Clock } from '../../base/clock.ts'
import { isoTime } from '../../base/time.ts'
import { firstPart, readCheckpoint, writeCheckpoint, type ListPart } from '../../base/page.ts'
import type { Latecomer } from '../../contract/finish.ts'
import { Refusal } from '../../contract/refusal.ts'
import { addToCounter } from '../../store/connection-counters.ts'
import { addToMigrationDay } from '../../store/migration-days.ts'
import type { Db, LatecomersTable, MigrationRecordsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { recordsByIdentifier, type ConnectionKey } from '../find-records.ts'
import { recordsWithIdentifiers } from '../list-records.ts'
import { dayOf } from '../record-transition.ts'
import { unmoved_states } from './not-moved.ts'

const is_unmoved = new Set<string>(unmoved_states)

/** The record of a person who has not moved, by an identifier in canonical form; undefined where there is none. */
export async function unmovedByIdentifier(
  db: Db | Transaction,
  of: ConnectionKey,
  identifier: string,
): Promise<(MigrationRecordsTable & { legacy_id: string }) | undefined> {
  const records = await recordsByIdentifier(db, of, [identifier])
  for (const record of records) {
    const { legacy_id, state } = record
    if (legacy_id !== null && is_unmoved.has(state)) return { ...record, legacy_id }
  }
  return undefined
}

async function countLatecomer(
  trx: Transaction,
  { tenant_id, connection_id, record_id }: ConnectionKey & { record_id: string },
  last_through: LatecomersTable['last_through'],
  at: number,
): Promise<void> {
  const before = await trx
    .selectFrom('latecomers')
    .select(['attempts', 'last_at'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .executeTakeFirst()
  const changed = { last_through, attempts: Number(before?.attempts ?? 0) + 1, last_at: at }
  await trx
    .insertInto('latecomers')
    .values({ tenant_id, connection_id, record_id, first_at: at, ...changed })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'record_id']).doUpdateSet(changed))
    .execute()
  const is_new_day = before === undefined || dayOf(Number(before.last_at)) !== dayOf(at)
  if (is_new_day) await addToMigrationDay(trx, tenant_id, connection_id, dayOf(at), 'latecomer', 1)
}

/**
 * Counts an attempt with an identifier (in canonical form) that no user of a connection has, whose migration is being finished: for the person whom the
 * ledger knows by it, or among the unknown identifiers. One read and one write for both.
 */
export async function countUnknownAttempt(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id, connection_id }: ConnectionKey,
  identifier: string,
  through: 'login' | 'reset_request',
): Promise<void> {
  const of = { tenant_id, connection_id }
  await inTransaction(db, async (trx) => {
    const record = await unmovedByIdentifier(trx, of, identifier)
    if (record) await countLatecomer(trx, { ...of, record_id: record.record_id }, through, clock.now())
    else if (through === 'login') await addToCounter(trx, tenant_id, connection_id, 'unknown_logins', 1)
  })
}

/**
 * The latecomers of a connection with their records, the last first. `from`: the checkpoint of the page before.
 *
 * @throws {Refusal} `invalid_query_string`
 */
export async function listLatecomers(
  db: Db,
  of: ConnectionKey,
  { take, from }: { take: number; from?: string },
): Promise<ListPart<Latecomer>> {
  const { tenant_id, connection_id } = of
  let query = db
    .selectFrom('latecomers')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
  if (from !== undefined) {
    const after = readCheckpoint(from)
    if (!after) throw new Refusal('invalid_query_string', { message: 'from must be the next of an earlier page.' })
    query = query.where((row) =>
      row.or([
        row('last_at', '<', after.at),
        row.and([row('last_at', '=', after.at), row('record_id', '<', after.id)]),
      ]),
    )
  }
  const rows = await query
    .orderBy('last_at', 'desc')
    .orderBy('record_id', 'desc')
    .limit(take + 1)
    .execute()
  const part = firstPart(rows, take, ({ last_at, record_id }) => writeCheckpoint(Number(last_at), record_id))
  const records = await recordsWithIdentifiers(
    db,
    of,
    part.items.map(({ record_id }) => record_id),
  )
  const items = part.items.flatMap((row): Latecomer[] => {
    const record = records.get(row.record_id)
    // A record is deleted with its user, where the legacy store had deleted them.
    if (!record) return []
    return [
      {
        record,
        attempts: Number(row.attempts),
        last_through: row.last_through as Latecomer['last_through'],
        first_at: isoTime(Number(row.first_at)),
        last_at: isoTime(Number(row.last_at)),
      },
    ]
  })
  return { ...part, items }
}
