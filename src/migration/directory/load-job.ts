import type { Clock } from '../../base/clock.ts'
import type { DirectoryLoadCounts } from '../../contract/directory.ts'
import type { RunningJob } from '../../jobs/job.ts'
import type { Sealer } from '../../keys/sealer.ts'
import type { Db } from '../../store/tables.ts'
import type { LegacyStore } from '../legacy-store.ts'
import type { LoadKey } from './directory-load.ts'
import type { StagedPlace } from './stage-rows.ts'

/** The kind of the jobs that load a directory from a file, or apply a load that is read. */
export const directory_load = 'directory_load'

/** The kind of the jobs that load a directory by the script `list_users`. */
export const directory_listing = 'directory_listing'

/** The name of the uploaded file of a load. */
export const directory_file = 'directory'

/** The input of a job that loads a directory. `connection` is its name then, for the answer. */
export type LoadInput = { connection_id: string; connection: string; load_id: string; size_bytes: number | null }

/** Users of the directory whose rows have no legacy id, and those of them whom the load does not name. */
export type WithoutId = { listed: number; gone: number }

/** Where a load stands: the phase, and the counts so far. */
export type LoadCursor =
  | ({ counts: DirectoryLoadCounts } &
      // `listed_bytes`: the size of the pages of `list_users` so far; absent for a file, and in a job of before.
      (
        | { phase: 'read'; next: string | null; listed_bytes?: number }
        | { phase: 'compare_keys'; after: StagedPlace | null; same_key: number }
        | { phase: 'compare_records'; after: string | null; without_id?: WithoutId }
        | { phase: 'wait'; message: string }
        | { phase: 'apply'; after: StagedPlace | null; rows: number }
        | { phase: 'mark_gone'; after: string }
      ))
  // A load that was canceled has no counts to keep.
  | { phase: 'clean'; counts?: DirectoryLoadCounts }

/** The dependencies of loading a directory. */
export type LoadDeps = { db: Db; clock: Clock; sealer: Sealer; legacy: Pick<LegacyStore, 'listUsers'> }

/** A running job that loads a directory. */
export type LoadJob = RunningJob<LoadInput, LoadCursor>

/** The key of the load of a job. */
export const loadOf = ({ tenant_id, input: { connection_id, load_id } }: LoadJob): LoadKey => ({
  tenant_id,
  connection_id,
  load_id,
})

/** The progress after a step: of a file in its bytes, which are half of the work; else in rows that are applied. */
export function progressOf(
  { input: { size_bytes } }: LoadJob,
  { rows }: DirectoryLoadCounts,
  step: { read?: number; applied?: number },
) {
  if (size_bytes === null || size_bytes === 0) {
    return step.applied === undefined ? { done: rows, total: null } : { done: step.applied, total: rows }
  }
  const total = 2 * size_bytes
  if (step.applied === undefined) return { done: step.read ?? size_bytes, total }
  return { done: size_bytes + Math.floor((size_bytes * step.applied) / Math.max(1, rows)), total }
}
