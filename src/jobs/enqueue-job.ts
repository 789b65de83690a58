import { newPrefixedId } from '../base/ids.ts'
import type { JsonValue } from '../base/json.ts'
import { writeJson } from '../store/json-column.ts'
import { insertJob } from '../store/jobs.ts'
import type { JobsTable, Transaction } from '../store/tables.ts'

/** Input for creating a job. Times are epoch milliseconds. */
export type NewJob = {
  tenant_id: string
  kind: string
  input: JsonValue
  at: number
  /** By default at once. */
  run_at?: number
  /** An id that files of the job were written under. */
  job_id?: string
  progress_total?: number
}

/** An id for a job: files may be written under it before the job is enqueued. */
export const newJobId = (): string => newPrefixedId('job')

/** The row of a job that has not started. */
export function newJobRow({ tenant_id, kind, input, at, run_at, job_id, progress_total }: NewJob): JobsTable {
  return {
    tenant_id,
    job_id: job_id ?? newJobId(),
    kind,
    state: 'pending',
    running_kind: null,
    input: writeJson(input),
    cursor: null,
    progress_done: 0,
    progress_total: progress_total ?? null,
    error: null,
    attempts: 0,
    lease_token: null,
    lease_expires_at: null,
    run_at: run_at ?? at,
    cancel_requested_at: null,
    created_at: at,
    started_at: null,
    finished_at: null,
    updated_at: at,
  }
}

/**
 * Enqueues a job in the transaction of the change that it belongs to, so that it exists if and only if the change is
 * committed, and returns its id. Wake the runner after the commit.
 */
export async function enqueueJob(trx: Transaction, job: NewJob): Promise<string> {
  const row = newJobRow(job)
  await insertJob(trx, row)
  return row.job_id
}
