import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { Connection } from '../../connections/connection.ts'
import type { ImportErrorCode } from '../../contract/job.ts'
import type { PasswordHash } from '../../passwords/passwords.ts'
import type { UserIdentifier } from '../../users/insert-user.ts'
import type { LegacyProfile } from '../legacy-profile.ts'

/** Why a row is not imported: Auth0's code, a sentence, and the member. */
export type RowError = { code: ImportErrorCode; message: string; path: string }

/** A user of an import file, checked. */
export type ImportRow = {
  line: number
  /** Number of the row in its file, from 1. */
  row_no: number
  profile: LegacyProfile
  /** Whether the row has an id of its own; otherwise the profile has a new one. */
  has_id: boolean
  /** The identifiers of the user, in canonical form. */
  identifiers: UserIdentifier[]
  /** The members that the row has. */
  given: ReadonlySet<string>
  hash: PasswordHash | undefined
  /** When the password was set, in epoch milliseconds. */
  password_set_at: number | null
  second_factors: JsonValue[]
  /** The user without secrets, for the report where the row is refused. */
  show(): JsonObject
}

/** A row that is not imported. `shown`: the user without secrets. */
export type RefusedRow = { line: number; row_no: number; shown: JsonObject; errors: RowError[] }

/** A read row; `ignored` are the members that an import does not know. */
export type ReadRow = ({ kind: 'row'; row: ImportRow } | { kind: 'refused'; refused: RefusedRow }) & {
  ignored: string[]
}

/** A batch of rows to write. Times are epoch milliseconds. */
export type ImportBatch = { connection: Connection; rows: readonly ImportRow[]; upsert: boolean; at: number }
