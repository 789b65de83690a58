import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import type { DirectoryLoadCounts } from '../contract/directory.ts'
import type { ImportError, Job } from '../contract/job.ts'
import { Refusal } from '../contract/refusal.ts'
import { showJob } from '../management/show-job.ts'
import { directory_listing, directory_load, type LoadCursor } from '../migration/directory/load-job.ts'
import { importErrors } from '../migration/import/read-import-errors.ts'
import { jobRow, type JobKey } from '../store/jobs.ts'
import { readJson } from '../store/json-column.ts'
import type { JobState, JobsTable } from '../store/job-tables.ts'
import type { Db } from '../store/tables.ts'
import type { Sealer } from '../keys/sealer.ts'

/** The rows of a load of a directory so far: those read, those applied once it is applied, and what applying them changed. */
export type LoadedRows = Pick<DirectoryLoadCounts, 'rows' | 'added' | 'changed' | 'returned' | 'gone'> & {
  applied?: number
}

/** A job as commands show it: as the API answers it, with its state, its times, and its progress in units of its kind. */
export type ShownJob = Job & {
  state: JobState
  done: number
  total: number | null
  started_at?: string
  finished_at?: string
  loaded?: LoadedRows
}

/** A job that a command follows, and whether a server runs it or the process of the command. */
export type FollowedJob = { job: ShownJob; in_server: boolean }

/** What a command that follows a job reports: the job, again and again, and at its end the refused rows. */
export type JobReport = { job: ShownJob } | { refused: ImportError }

type FollowDeps = { db: Db; clock: Clock; sealer: Sealer }

const poll_ms = 300

const final_states = new Set<JobState>(['completed', 'failed', 'canceled'])

/** Whether a job does not run any more. */
export const hasEnded = ({ state }: { state: JobState }): boolean => final_states.has(state)

function loadedRows({ cursor, kind }: JobsTable): LoadedRows | undefined {
  if (cursor === null || (kind !== directory_load && kind !== directory_listing)) return undefined
  const at = readJson<LoadCursor>(cursor)
  if (!('counts' in at)) return undefined
  const { rows, added, changed, returned, gone } = at.counts
  const applied = at.phase === 'apply' ? at.rows : at.phase === 'mark_gone' || at.phase === 'clean' ? rows : undefined
  return { rows, added, changed, returned, gone, ...defined({ applied }) }
}

/** A job as commands show it; undefined for the server's own jobs. */
export function shownJob(row: JobsTable, now: number): ShownJob | undefined {
  const job = showJob(row, now)
  if (!job) return undefined
  const timeOf = (at: number | null): string | undefined => (at === null ? undefined : isoTime(at))
  return {
    ...job,
    state: row.state,
    done: row.progress_done,
    total: row.progress_total,
    ...defined({
      started_at: timeOf(row.started_at),
      finished_at: timeOf(row.finished_at),
      loaded: loadedRows(row),
    }),
  }
}

/** The job of an id. @throws {Refusal} `inexistent_job` */
export async function readShownJob({ db, clock }: Pick<FollowDeps, 'db' | 'clock'>, key: JobKey): Promise<ShownJob> {
  const row = await jobRow(db, key)
  const job = row && shownJob(row, clock.now())
  if (!job) throw new Refusal('inexistent_job', { message: `There is no job "${key.job_id}".` })
  return job
}

/** Reports a job until its end or the signal, and then its refused rows, as JSON texts of `JobReport`. */
export async function* followJob(deps: FollowDeps, key: JobKey, signal: AbortSignal): AsyncGenerator<string> {
  const text = (report: JobReport): string => JSON.stringify(report)
  for (;;) {
    const job = await readShownJob(deps, key)
    yield text({ job })
    if (hasEnded(job)) break
    await sleep(poll_ms, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
  for await (const refused of importErrors(deps, key)) yield text({ refused })
}
