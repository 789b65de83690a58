// Tables of the ledger and of what is counted for it.
/** The ledger: one record per legacy user and connection. */
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
  /** The last outcome (see the contract's outcome table) and when. */
  last_outcome: string | null
  last_outcome_at: number | null
  last_error: string | null
  /** JSON: per script, a fingerprint per field of what it last returned. */
  fingerprints: string
  /** JSON: the drift last noticed, or null. */
  drift: string | null
  migrated_at: number | null
  migrated_through: string | null
  created_at: number
  updated_at: number
}

/** The identifiers under which a record is known, in canonical form. */
export type MigrationIdentifiersTable = {
  tenant_id: string
  connection_id: string
  identifier: string
  record_id: string
}

/** A record's history: one row per transition or noteworthy attempt. */
export type MigrationEventsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  event_id: string
  at: number
  from_state: string | null
  to_state: string
  /** `login`, `reset_request`, `reset_confirm`, `signup`, `api`, `directory`. */
  through: string
  outcome: string | null
  /** JSON: error text, drifted field names, durations. Never values of a profile. */
  detail: string
}

/** Moves by day, for the funnel: `day` is `YYYY-MM-DD` in UTC. */
export type MigrationDaysTable = {
  tenant_id: string
  connection_id: string
  day: string
  state: string
  slot: number
  value: number
}

/** Totals that stay cheap: the sum over `slot` is the value. Slots keep writers from waiting for one row. */
export type ConnectionCountersTable = {
  tenant_id: string
  connection_id: string
  /** `users`, or `state:<migration state>`. */
  counter: string
  slot: number
  value: number
}
