/**
 * Directory: the people of a legacy store, known from an export of it before they log in. The formats of the exports are in `formats/`.
 */
import type { JsonObject } from '../../base/json.ts'
import type { DirectoryFormatOptions } from '../../contract/directory-format.ts'

/**
 * Why an entry cannot move as it is. `missing_id`: it has no legacy id; `invalid_id`: its id has white space or is too long;
 * `invalid_address`: its e-mail address is not one; `invalid_username`: its username is too long or has characters that are not displayed;
 * `missing_identifier`: it has neither e-mail address, username nor phone number; `other_provider`: the user logs in through another
 * identity provider and has no password in the legacy store.
 */
export type EntryProblem =
  | 'missing_id'
  | 'invalid_id'
  | 'invalid_address'
  | 'invalid_username'
  | 'missing_identifier'
  | 'other_provider'

/** A user of a legacy directory, as an export has it: trimmed, with the address and the id in the letters of the export. */
export type DirectoryEntry = {
  /** The line at which the row begins, from 1. */
  line: number
  /** The id as the export has it, without the namespace of the connection. */
  legacy_id?: string
  email?: string
  username?: string
  /** In E.164 where it can be read so. */
  phone_number?: string
  /** Absent where the export does not say it. */
  email_verified?: boolean
  /** The last login or, where the export lacks it, the last use; epoch milliseconds. */
  last_activity_at?: number
  /** Whether the legacy store would not let the user log in. */
  disabled: boolean
  /**
   * The password hash: the text that `wherry/passwords` reads (`value`), or Auth0's `custom_password_hash` (`custom`). Absent for a user
   * without a password. It is not checked.
   */
  hash?: { value: string; custom?: never } | { value?: never; custom: JsonObject }
  /** `given_name`, `family_name`, `name`, `nickname`, `picture`, `user_metadata`, `app_metadata`: those that the export has. */
  profile?: JsonObject
  problems: EntryProblem[]
}

/**
 * Reads the entries of a file as it arrives, with one row in memory. It begins at the first byte: a job that resumes skips the entries that
 * it has.
 *
 * @throws {Refusal} `malformed_directory_file`, with the line and the reason, where the file is not in the format or was cut off
 */
export type DirectoryReader = (
  input: AsyncIterable<Uint8Array>,
  options: DirectoryFormatOptions,
) => AsyncIterable<DirectoryEntry>
