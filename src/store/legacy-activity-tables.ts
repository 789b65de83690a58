// Tables of the activity of other programs in a legacy store.
import type { Flag } from './flag.ts'

/** The last sampling of a connection's legacy store. */
export type LegacyActivitiesTable = {
  tenant_id: string
  connection_id: string
  job_id: string
  started_at: number
  ends_at: number
  interval_ms: number
  /** Null while samples are taken. */
  finished_at: number | null
  samples: number
  failed_samples: number
  last_error: string | null
  /** The statement that grants the missing right, or null. */
  missing_grant: string | null
  has_program_names: Flag
  is_cut: Flag
  /** JSON: the programs as the API shows them. */
  programs: string
}
