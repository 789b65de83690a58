import { canonicalIdentifier, identifierProblem } from '../base/canonical-identifier.ts'
import { phoneNumber } from '../base/phone-number.ts'
import { newHexId } from '../base/ids.ts'
import { requireConnection, type Connection } from '../connections/connection.ts'
import {
  activeKinds,
  identifierRules,
  identifier_kinds,
  namesOfKinds,
  type IdentifierKind,
} from '../connections/identifier-rules.ts'
import { Refusal } from '../contract/refusal.ts'
import { assignIdentifiers, releaseUsernames } from '../migration/assign-identifiers.ts'
import { emailProblem } from '../migration/legacy-profile.ts'
import { isAddress, profileIdentifiers } from '../migration/profile-identifiers.ts'
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
  email: string | null
  username: string | null
  phone_number: string | null
  identifiers: UserIdentifier[]
  /** The identifiers as typed, trimmed: scripts are called with these. The user logs in with the first. */
  typed: string[]
}

/** How a user is created who does not move: by signing up, or through the Management API. */
export type CreatedThrough = 'signup' | 'api'

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
  const { attributes, validation } = connection.options
  const { min_length: min = 1, max_length: max = 15 } =
    attributes === undefined
      ? { min_length: validation?.username?.min, max_length: validation?.username?.max }
      : (attributes.username?.validation ?? {})
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

/** Reads an identifier as typed; an empty one counts as left out. */
const typedText = (given: string | undefined): string | undefined => {
  const typed = given?.trim()
  return typed === '' ? undefined : typed
}

function checkEmail(typed: string): string {
  const typed_problem = identifierProblem(typed)
  if (typed_problem !== undefined) refuse(`'email' is not an e-mail address: it ${typed_problem}.`)
  // Mail is sent to the canonical form, because another form could be another mailbox.
  const email = canonicalIdentifier(typed)
  const problem = emailProblem(email)
  if (problem !== undefined) refuse(`'email' is not an e-mail address: ${problem}.`)
  return email
}

/** A phone number that is no identifier is stored as it was given. */
function checkPhoneNumber({ options }: Connection, typed: string): string {
  if (!identifierRules(options).phone_number.is_active) return typed
  return phoneNumber(typed) ?? refuse("'phone_number' is not a phone number with its country code, such as +44.")
}

function checkPermitted(connection: Connection, kind: IdentifierKind, through: CreatedThrough): void {
  const { attributes } = connection.options
  const rule = identifierRules(connection.options)[kind]
  if (kind === 'username' && rule.at_creation === 'inactive') {
    const message = 'Cannot set username for connection without requires_username.'
    throw new Refusal('invalid_body', {
      message: attributes === undefined ? message : 'Cannot set username: options.attributes has no username.',
    })
  }
  if (through === 'signup' && attributes !== undefined && rule.at_signup === 'inactive') {
    refuse(`'${kind}' cannot be given at sign-up: options.attributes.${kind}.signup.status is inactive.`)
  }
}

/**
 * Checks the identifiers of a new user against the connection's rules.
 *
 * @throws {Refusal} `invalid_body`, naming the field
 */
export function checkUserFields(connection: Connection, fields: UserFields, through: CreatedThrough): CheckedUser {
  const { options } = connection
  const rules = identifierRules(options)
  const given = {
    email: typedText(fields.email),
    username: typedText(fields.username),
    phone_number: typedText(fields.phone_number),
  }
  for (const kind of identifier_kinds) {
    if (given[kind] !== undefined) checkPermitted(connection, kind, through)
    const demand = through === 'signup' ? rules[kind].at_signup : rules[kind].at_creation
    if (demand === 'required' && given[kind] === undefined) refuse(`Missing required property '${kind}'.`)
  }
  const email = given.email === undefined ? null : checkEmail(given.email)
  const username = given.username === undefined ? null : checkUsername(connection, given.username, email)
  const phone_number = given.phone_number === undefined ? null : checkPhoneNumber(connection, given.phone_number)
  const active = activeKinds(options)
  if (active.every((kind) => given[kind] === undefined)) refuse(`A user needs ${namesOfKinds(active)} to log in with.`)
  if (fields.user_id !== undefined && (fields.user_id.length > 255 || /[\s\p{Cc}]/u.test(fields.user_id))) {
    refuse("'user_id' must have at most 255 characters and no white space.")
  }
  const identifiers = profileIdentifiers({ email, username, phone_number }, options)
  const unique = new Set([...active, ...identifier_kinds.filter((kind) => rules[kind].is_unique)])
  const typed = [...unique].flatMap((kind) => given[kind] ?? [])
  return { fields, email, username, phone_number, identifiers, typed }
}

/**
 * Inserts a user who is created here, not moved. A unique violation means that the user exists.
 *
 * @throws {Refusal} `connection_deleted`; `signup_user_exists` or `user_exists` where an identifier is taken or reserved
 */
export async function insertLocalUser(
  trx: Transaction,
  connection: Connection,
  checked: CheckedUser,
  credential: NewCredential,
  { through, at }: { through: CreatedThrough; at: number },
): Promise<User> {
  const { fields, email, username, phone_number, identifiers } = checked
  const { tenant_id, connection_id, strategy } = connection
  await requireConnection(trx, connection)
  const identity_user_id = fields.user_id?.replace(/^auth0\|/, '') ?? newHexId()
  const user_id = `auth0|${identity_user_id}`
  const assigned = await assignIdentifiers(trx, connection, {}, identifiers)
  if (assigned.taken.length > 0) throw new Refusal(through === 'signup' ? 'signup_user_exists' : 'user_exists')
  await releaseUsernames(trx, { tenant_id, connection_id, user_id, through, at }, assigned)
  return await insertUser(trx, {
    tenant_id,
    connection_id,
    strategy,
    identity_user_id,
    ...completeProfile(fields),
    email,
    username,
    phone_number,
    at,
    last_password_reset: null,
    identifiers,
    credential,
  })
}
