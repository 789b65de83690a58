// Tables of the migration ledger and its counters.

/** Migration records, which together are the ledger: one per legacy user and connection. */
export type MigrationRecordsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  /** The bare legacy id; null while only an identifier is known. */
  legacy_id: string | null
  email: string | null
  username: string | null
  state: string
  user_id: string | null
  /** The last outcome, from the contract's outcome table. */
  last_outcome: string | null
  last_outcome_at: number | null
  last_error: string | null
  /** JSON: for each script, a fingerprint of each field of the profile that it last returned. */
  fingerprints: string
  /** JSON: the last drift, or null. */
  drift: string | null
  /** 1 where there is a drift, else null: what the index of these records needs. */
  has_drift: number | null
  /** JSON: the spellings by which the legacy store is known to find this user, or null where none is known. */
  spellings: string | null
  /** JSON: the paths of members of the last profile that are not stored as the script returned them, or null. */
  profile_changes: string | null
  migrated_at: number | null
  migrated_through: string | null
  created_at: number
  updated_at: number
}

/** Identifiers of a migration record, in canonical form. */
export type MigrationIdentifiersTable = {
  tenant_id: string
  connection_id: string
  identifier: string
  record_id: string
}

/** The history of a migration record: one row per change of its state, outcome or drift. */
export type MigrationEventsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  event_id: string
  at: number
  from_state: string | null
  to_state: string
  /** `login`, `reset_request`, `reset_confirm`, `signup`, `api` or `import`. */
  through: string
  outcome: string | null
  /** JSON: error text, names of drifted fields, durations, legacy ids; no other value of a profile. */
  detail: string
}

/** Records that entered a state, and latecomers (state `latecomer`), by day (`YYYY-MM-DD` in UTC). The sum over `slot` is the value. */
export type MigrationDaysTable = {
  tenant_id: string
  connection_id: string
  day: string
  state: string
  slot: number
  value: number
}

/** Counters of a connection. The sum over `slot` is the value: writers choose a slot each, and rarely wait for the same row. */
export type ConnectionCountersTable = {
  tenant_id: string
  connection_id: string
  /** `users`, or `state:<migration state>`. */
  counter: string
  slot: number
  value: number
}
