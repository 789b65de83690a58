// Tables of the directory: the users of a legacy store, as an export or `list_users` named them.
import type { Flag } from './flag.ts'

/** The state of a load. Nothing of it is seen in the records before `applying`. */
export type DirectoryLoadState = 'reading' | 'waiting_for_confirmation' | 'applying' | 'applied' | 'failed' | 'canceled'

/** Loads of the directory of a connection. */
export type DirectoryLoadsTable = {
  tenant_id: string
  connection_id: string
  load_id: string
  /** The job that reads, checks and applies the load. */
  job_id: string
  source: 'file' | 'list_users'
  /** The format of the file; null for `list_users`. */
  format: string | null
  state: DirectoryLoadState
  /** JSON: the options of the load, sealed; null once the load has ended. */
  options_sealed: string | null
  /** JSON: the counts of the load so far. */
  counts: string
  /** JSON: the numbers that were confirmed, or null. */
  confirmed: string | null
  /** Why the load failed, or what its confirmation waits for; null otherwise. */
  message: string | null
  created_at: number
  applied_at: number | null
}

/** Rows of loads that are not yet applied, in the order in which they are applied. */
export type DirectoryStagedRowsTable = {
  tenant_id: string
  load_id: string
  /** As in `directory_rows`. */
  row_key: string
  /** The number of the row in its load, from 1. */
  row_no: number
  line: number
  /** JSON: the columns of the row in `directory_rows`. */
  facts: string
  digest: string
  hash: string | null
  profile: string | null
}

/** What the directory says of the user of a migration record: one row per record that a load has named. */
export type DirectoryRowsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  /** `id:` with the legacy id as the connection namespaces it; `row:` with a digest of the row where that has no usable id. */
  row_key: string
  /** The id as the row has it; null where it has none. */
  given_legacy_id: string | null
  email: string | null
  username: string | null
  phone_number: string | null
  /** Null where the row does not say. */
  email_verified: Flag | null
  last_activity_at: number | null
  disabled: Flag
  /** JSON in the form of `custom_password_hash`, sealed. Null where the row has no usable hash, and after the move or the deletion. */
  hash: string | null
  has_hash: Flag
  /** The name of the form of the hash that the row had. */
  hash_form: string | null
  /** JSON: names, picture and metadata of the row, sealed. Null like `hash`. */
  profile: string | null
  /** Why the record cannot move as it is, such as `repeated_id`; null for most. */
  problem: string | null
  /** A keyed digest of the row, which shows whether the next load changes it. */
  digest: string
  /** The load that last named the user. */
  load_id: string
  /** Since when the user is absent from the last load; null for a user whom it names. */
  gone_at: number | null
  rehearsal_id: string | null
  rehearsed_at: number | null
  rehearsed_outcome: string | null
  /** JSON without values of the profile. */
  rehearsed_detail: string | null
}

/**
 * Identifiers of directory rows that `migration_identifiers` gives to another record, because there each identifier is that of one record.
 * They are found by a search, and are the collisions within the directory.
 */
export type DirectorySharedIdentifiersTable = {
  tenant_id: string
  connection_id: string
  identifier: string
  record_id: string
}
