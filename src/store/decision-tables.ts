// Tables of decisions on migration records.

/** Decisions on migration records that cannot move as they are: at most one per record. */
export type RecordDecisionsTable = {
  tenant_id: string
  connection_id: string
  record_id: string
  /** Another one for each decision, also on the same record. */
  decision_id: string
  /** `keep`, `rename`, `alias`, `exclude` or `retry`. */
  kind: string
  /** JSON: the other members of the decision. */
  detail: string
  /** The record of the same person, of an alias. */
  alias_of: string | null
  /** The user or client whose token it was. */
  decided_by: string
  decided_at: number
}

/** Identifiers, in canonical form, that a decision reserves for the legacy user of a record until that user has moved. */
export type ReservedIdentifiersTable = {
  tenant_id: string
  connection_id: string
  identifier: string
  record_id: string
}
