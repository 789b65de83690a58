// The table of rehearsals.

/** Rehearsals of the move of the users of a directory. */
export type RehearsalsTable = {
  tenant_id: string
  connection_id: string
  rehearsal_id: string
  job_id: string
  /** JSON: `calls_per_second`, `sample` or null, and the number of users. */
  options: string
  /** JSON: the counts so far. */
  counts: string
  created_at: number
  started_at: number | null
  /** Null also where the job was canceled or has failed. */
  finished_at: number | null
}
