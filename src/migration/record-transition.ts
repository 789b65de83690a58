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

/** Counts a change of a record's state in the counters of the connection and of the day. `from` is undefined for a new record. */
export async function countTransition(
  trx: Transaction,
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  { from, to, at }: { from: MigrationState | undefined; to: MigrationState; at: number },
): Promise<void> {
  if (from === to) return
  if (from !== undefined) await addToCounter(trx, tenant_id, connection_id, `state:${from}`, -1)
  await addToCounter(trx, tenant_id, connection_id, `state:${to}`, 1)
  await addToMigrationDay(trx, tenant_id, connection_id, dayOf(at), to, 1)
}

const insertEvent = prepareQuery((db, { row }: { row: MigrationEventsTable }) =>
  db.insertInto('migration_events').values(row),
)

/** Adds an event to the history of a record. Event ids sort by time. */
export async function addToHistory(
  trx: Transaction,
  { detail, ...event }: Omit<MigrationEventsTable, 'event_id' | 'detail'> & { detail: JsonObject },
): Promise<void> {
  const event_id = `${String(event.at).padStart(15, '0')}-${newPrefixedId('mev')}`
  await insertEvent(trx, { row: { ...event, event_id, detail: writeJson(detail) } })
}
