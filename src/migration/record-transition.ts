import { setImmediate } from 'node:timers/promises'
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

const timeOf = (event_id: string): number => Number(event_id.slice(0, time_digits))

/** The time that the id of a new event begins with: later than that of the record's last event, whatever the clock says. */
async function timeOfNext(trx: Transaction, event: NewEvent): Promise<number> {
  const { tenant_id, connection_id, record_id, from_state, at } = event
  // A new record has no history.
  if (from_state === null) return at
  const [last] = (await selectLastEvent(trx, { tenant_id, connection_id, record_id })).rows
  return last ? Math.max(at, timeOf(last.event_id) + 1) : at
}

/** Adds an event to the history of a record. The ids of a record's events sort in the order in which the events were added. */
export async function addToHistory(trx: Transaction, event: NewEvent): Promise<void> {
  const time = await timeOfNext(trx, event)
  await insertEvent(trx, { row: { ...event, event_id: newEventId(time), detail: writeJson(event.detail) } })
}

const events_at_once = 200

/** Adds an event to the history of each of many records of a connection that exist, each record once. */
export async function addToHistories(
  trx: Transaction,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  events: readonly Omit<NewEvent, 'tenant_id' | 'connection_id'>[],
): Promise<void> {
  for (let start = 0; start < events.length; start += events_at_once) {
    // Other work of the process runs between two chunks.
    if (start > 0) await setImmediate()
    const chunk = events.slice(start, start + events_at_once)
    const last = await trx
      .selectFrom('migration_events')
      .select(({ fn }) => ['record_id', fn.max('event_id').as('event_id')])
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where(
        'record_id',
        'in',
        chunk.map(({ record_id }) => record_id),
      )
      .groupBy('record_id')
      .execute()
    const times = new Map(last.map(({ record_id, event_id }) => [record_id, timeOf(event_id) + 1]))
    const rows = chunk.map(({ detail, ...event }) => {
      const time = Math.max(event.at, times.get(event.record_id) ?? 0)
      return { tenant_id, connection_id, ...event, event_id: newEventId(time), detail: writeJson(detail) }
    })
    await trx.insertInto('migration_events').values(rows).execute()
  }
}
