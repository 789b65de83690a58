// Tables of the finish of a migration.

/** Finishes: how far the migration of a connection is ended. The step is that of `connections.finish_step`, too. */
export type FinishesTable = {
  tenant_id: string
  connection_id: string
  /** `no_op`, `watch`, `convert` or `disconnect`: the last step that was started. */
  step: string
  /** `running`, `done`, or `exceeded` for a watch whose numbers were higher than the accepted ones. */
  state: string
  /** The job of the step. */
  job_id: string
  /** JSON: the versions of the scripts that the no-ops replaced; null before. */
  original: string | null
  /** JSON: the numbers that a watch may reach. */
  accepted: string
  /** JSON: what the steps found and did. */
  facts: string
  started_at: number
  step_started_at: number
  step_ended_at: number | null
}

/** Latecomers: people in the ledger who had not moved when the no-ops took over, and who tried to log in or to get a new password since. */
export type LatecomersTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  /** `login` or `reset_request`. */
  last_through: string
  attempts: number
  first_at: number
  last_at: number
}
