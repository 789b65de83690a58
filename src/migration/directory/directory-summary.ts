import { isoTime } from '../../base/time.ts'
import type { DirectorySummary } from '../../contract/migration-record.ts'
import type { readCounters } from '../../store/connection-counters.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'

/** The last load of the directory of a connection that was applied; undefined where there is none. */
export async function lastLoad(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
): Promise<{ load_id: string; applied_at: number } | undefined> {
  const load = await db
    .selectFrom('directory_loads')
    .select(['load_id', 'applied_at'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('applied_at', 'is not', null)
    .orderBy('applied_at', 'desc')
    .limit(1)
    .$narrowType<{ applied_at: number }>()
    .executeTakeFirst()
  return load
}

/**
 * Summarizes the directory of a connection from its counters.
 *
 * @param counters those of the connection
 * @param records the number of all migration records of the connection
 */
export async function summarizeDirectory(
  db: Db,
  of: ConnectionKey,
  counters: Awaited<ReturnType<typeof readCounters>>,
  records: number,
): Promise<DirectorySummary> {
  const load = await lastLoad(db, of)
  if (!load) return { loaded: false }
  const listed = counters['directory:records'] ?? 0
  return {
    loaded: true,
    loaded_at: isoTime(load.applied_at),
    load_id: load.load_id,
    records: listed,
    gone: counters['directory:gone'] ?? 0,
    disabled: counters['directory:disabled'] ?? 0,
    with_hash: counters['directory:with_hash'] ?? 0,
    problems: counters['directory:problems'] ?? 0,
    discovered: records - listed,
  }
}
