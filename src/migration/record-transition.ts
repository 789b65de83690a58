import { newPrefixedId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import type { MigrationState } from '../contract/outcomes.ts'
import { addToCounter } from '../store/connection-counters.ts'
import { writeJson } from '../store/json-column.ts'
import { addToMigrationDay } from '../store/migration-days.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { MigrationEventsTable, Transaction } from '../store/tables.ts'

/** The day of a time, `YYYY-MM-DD` in UTC. */
export function dayOf(at_ms: number): string {
  return new Date(at_ms).toISOString().slice(0, 10)
}

/**
 * Counts a change of a record's state, or the same change of several records, in the counters of the connection and of the day. `from` is
 * undefined for a new record.
 */
export async function countTransition(
  trx: Transaction,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  { from, to, at, records = 1 }: { from: MigrationState | undefined; to: MigrationState; at: number; records?: number },
): Promise<void> {
  if (from === to) return
  if (from !== undefined) await addToCounter(trx, tenant_id, connection_id, `state:${from}`, -records)
  await addToCounter(trx, tenant_id, connection_id, `state:${to}`, records)
  await addToMigrationDay(trx, tenant_id, connection_id, dayOf(at), to, records)
}

const insertEvent = prepareQuery((db, { row }: { row: MigrationEventsTable }) =>
  db.insertInto('migration_events').values(row),
)

type RecordKey = Pick<MigrationEventsTable, 'tenant_id' | 'connection_id' | 'record_id'>
type NewEvent = Omit<MigrationEventsTable, 'event_id' | 'detail'> & { detail: JsonObject }

const selectLastEvent = prepareQuery((db, { tenant_id, connection_id, record_id }: RecordKey) =>
  db
    .selectFrom('migration_events')
    .select('event_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', '=', record_id)
    .orderBy('event_id', 'desc')
    .limit(1),
)

// Event ids begin with a time in milliseconds of this many digits, so that they sort by it.
const time_digits = 15

/** The id of an event; `time` is in epoch milliseconds. */
export const newEventId = (time: number): string => `${String(time).padStart(time_digits, '0')}-${newPrefixedId('mev')}`

/** The time that the id of a new event begins with: later than that of the record's last event, whatever the clock says. */
async function timeOfNext(trx: Transaction, event: NewEvent): Promise<number> {
  const { tenant_id, connection_id, record_id, from_state, at } = event
  // A new record has no history.
  if (from_state === null) return at
  const [last] = (await selectLastEvent(trx, { tenant_id, connection_id, record_id })).rows
  return last ? Math.max(at, Number(last.event_id.slice(0, time_digits)) + 1) : at
}

/** Adds an event to the history of a record. The ids of a record's events sort in the order in which the events were added. */
export async function addToHistory(trx: Transaction, event: NewEvent): Promise<void> {
  const time = await timeOfNext(trx, event)
  await insertEvent(trx, { row: { ...event, event_id: newEventId(time), detail: writeJson(event.detail) } })
}
