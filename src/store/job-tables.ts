// Tables of jobs and of their files.

/** The state of a job: `pending` waits for its time or for a worker, `running` has a lease, the others are final. */
export type JobState = 'pending' | 'running' | 'completed' | 'failed' | 'canceled'

/** Jobs: work that continues after the process that began it has ended. */
export type JobsTable = {
  tenant_id: string
  job_id: string
  kind: string
  state: JobState
  /** The kind while the job runs, else null. Unique in a tenant: one running job per tenant and kind. */
  running_kind: string | null
  /** JSON: the input of the job. */
  input: string
  /** JSON: the cursor of the last committed step; null before the first. */
  cursor: string | null
  progress_done: number
  /** Null where the total is unknown. */
  progress_total: number | null
  /** The error of the job or of its last attempt; null where that attempt succeeded. */
  error: string | null
  /** The number of claims since the last committed step. */
  attempts: number
  lease_token: string | null
  /** By the clock of the process that wrote it, as `updated_at`: their difference is how long the lease lasts. */
  lease_expires_at: number | null
  /** The earliest time of a claim. */
  run_at: number
  cancel_requested_at: number | null
  created_at: number
  started_at: number | null
  finished_at: number | null
  updated_at: number
}

/** Files of jobs, such as an upload or an export. */
export type JobFilesTable = {
  tenant_id: string
  job_id: string
  /** The role of the file in its job, such as `input` or `output`. */
  name: string
  /** The id of the write to which the chunks of the file belong. Each write of a file has its own. */
  write_id: string
  /** Null until the file is complete. */
  size_bytes: number | null
  /** The number of chunks; null until the file is complete. */
  chunks: number | null
  created_at: number
}

/** Chunks of the files of jobs. `chunk_no` begins with 0. */
export type JobFileChunksTable = {
  tenant_id: string
  job_id: string
  name: string
  write_id: string
  chunk_no: number
  /** 256 KiB of the file, or the rest of it in the last chunk, sealed. */
  sealed: string
}

/** Refused rows of the input of jobs. `row_no` is the number of the row in its file, from 1. */
export type JobErrorsTable = {
  tenant_id: string
  job_id: string
  row_no: number
  line: number
  /** JSON object: the user of the row and the errors, sealed. */
  sealed: string
}
