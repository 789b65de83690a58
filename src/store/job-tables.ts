// Tables of jobs and of their files.

/** `pending` waits for its time or for a worker; `running` has a lease; the others are final. */
export type JobState = 'pending' | 'running' | 'completed' | 'failed' | 'canceled'

/** Jobs: work that outlives the process that began it. */
export type JobsTable = {
  tenant_id: string
  job_id: string
  kind: string
  state: JobState
  /** The kind while the job runs, else null. Unique in a tenant: one running job per tenant and kind. */
  running_kind: string | null
  /** JSON: what the job was made with. */
  input: string
  /** JSON: what the last committed step left; null before the first. */
  cursor: string | null
  progress_done: number
  /** Null where the total is unknown. */
  progress_total: number | null
  /** Why it failed, or why the last attempt did; null where that one succeeded. */
  error: string | null
  /** How often it was claimed since its last committed step. */
  attempts: number
  lease_token: string | null
  lease_expires_at: number | null
  /** It is not claimed before this. */
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
  /** What the file is to its job: `input`, `output` or the like. */
  name: string
  /** The write that the file's chunks belong to; another write of the same file has another. */
  write_id: string
  /** Null until the file is whole. */
  size_bytes: number | null
  /** Null until the file is whole. */
  chunks: number | null
  created_at: number
}

/** The content of files of jobs, in order of `chunk_no` from 0 on. */
export type JobFileChunksTable = {
  tenant_id: string
  job_id: string
  name: string
  write_id: string
  chunk_no: number
  /** 256 KiB of the file (the last chunk holds the rest), sealed. */
  sealed: string
}
