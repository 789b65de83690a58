import { canonicalIdentifier, identifierProblem } from '../base/canonical-identifier.ts'
import { newHexId } from '../base/ids.ts'
import { requireConnection, type Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { assignIdentifiers, releaseUsernames } from '../migration/assign-identifiers.ts'
import { emailProblem, isAddress } from '../migration/legacy-profile.ts'
import type { Through } from '../migration/record-observation.ts'
import type { Transaction } from '../store/tables.ts'
import { insertUser, type UserIdentifier } from '../users/insert-user.ts'
import { completeProfile, type PartialProfile } from '../users/user-attributes.ts'
import type { User } from '../users/user.ts'
import type { NewCredential } from '../users/write-credential.ts'

/** Input for creating a user, at sign-up or through the Management API: attributes, and optionally the id without its prefix. */
export type UserFields = PartialProfile & { user_id?: string | undefined }

/** Input for creating a user, with valid identifiers in canonical form. */
export type CheckedUser = {
  fields: UserFields
  email: string
  username: string | null
  identifiers: UserIdentifier[]
  /** The identifiers as typed, trimmed: scripts are called with these. */
  typed: string[]
}

function refuse(message: string): never {
  throw new Refusal('invalid_body', { message: `Payload validation error: ${message}` })
}

/**
 * Checks a username against the connection's rules and returns its canonical form. One that reads as an address or a phone number could be
 * another user's; only the user's own e-mail address is accepted.
 *
 * @throws {Refusal} `invalid_body`
 */
export function checkUsername(connection: Connection, username: string, email: string | null): string {
  const rule = connection.options.validation?.username
  const { min, max } = rule ?? { min: 1, max: 15 }
  const length = Array.from(username).length
  if (length < min || length > max) refuse(`'username' must have ${min} to ${max} characters.`)
  if (!/^[\p{L}\p{N}@^$.!`\-#+'~_]+$/u.test(username)) refuse("'username' holds a character that is not allowed.")
  const problem = identifierProblem(username)
  if (problem !== undefined) refuse(`'username' ${problem}.`)
  const canonical = canonicalIdentifier(username)
  if (isAddress(canonical) && canonical !== email) {
    refuse(
      "'username' must not be an e-mail address (or contain @) or a phone number, except the user's own e-mail address.",
    )
  }
  return canonical
}

/**
 * Checks the identifiers of a new user against the connection's rules.
 *
 * @throws {Refusal} `invalid_body`, naming the field
 */
export function checkUserFields(connection: Connection, fields: UserFields): CheckedUser {
  const typed_email = fields.email?.trim()
  const typed_problem = typed_email === undefined ? undefined : identifierProblem(typed_email)
  if (typed_problem !== undefined) refuse(`'email' is not an e-mail address: it ${typed_problem}.`)
  // Mail is sent to the canonical form, because another form could be another mailbox.
  const given_email = typed_email === undefined ? undefined : canonicalIdentifier(typed_email)
  const email = given_email === undefined || given_email === '' ? null : given_email
  const problem = email === null ? undefined : emailProblem(email)
  if (problem !== undefined) refuse(`'email' is not an e-mail address: ${problem}.`)
  const wants_username = connection.options.requires_username === true
  const given_username = fields.username?.trim()
  if (given_username !== undefined && !wants_username) {
    throw new Refusal('invalid_body', { message: 'Cannot set username for connection without requires_username.' })
  }
  if (wants_username && (given_username === undefined || given_username === ''))
    refuse("Missing required property 'username'.")
  const username = given_username === undefined ? null : checkUsername(connection, given_username, email)
  if (email === null) refuse("Missing required property 'email'.")
  if (fields.user_id !== undefined && (fields.user_id.length > 255 || /[\s\p{Cc}]/u.test(fields.user_id))) {
    refuse("'user_id' must have at most 255 characters and no white space.")
  }
  const identifiers: UserIdentifier[] = [{ kind: 'email', value: email }]
  if (username !== null && username !== email) identifiers.push({ kind: 'username', value: username })
  const typed = [fields.email?.trim() ?? email, ...(given_username === undefined ? [] : [given_username])]
  return { fields, email, username, identifiers, typed }
}

/**
 * Inserts a user who is created here, not moved. A unique violation means that the user exists.
 *
 * @throws {Refusal} `connection_deleted`
 */
export async function insertLocalUser(
  trx: Transaction,
  connection: Connection,
  checked: CheckedUser,
  credential: NewCredential,
  { through, at }: { through: Through; at: number },
): Promise<User> {
  const { fields, email, username, identifiers } = checked
  const { tenant_id, connection_id, strategy } = connection
  await requireConnection(trx, connection)
  const identity_user_id = fields.user_id?.replace(/^auth0\|/, '') ?? newHexId()
  const user_id = `auth0|${identity_user_id}`
  const assigned = await assignIdentifiers(trx, connection, undefined, identifiers)
  await releaseUsernames(trx, { tenant_id, connection_id, user_id, through, at }, assigned)
  return await insertUser(trx, {
    tenant_id,
    connection_id,
    strategy,
    identity_user_id,
    ...completeProfile(fields),
    email,
    username,
    at,
    last_password_reset: null,
    identifiers,
    credential,
  })
}
