import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { phoneNumber } from '../base/phone-number.ts'
import type { Connection } from '../connections/connection.ts'
import { activeKinds, identifierRules, identifier_kinds, namesOfKinds } from '../connections/identifier-rules.ts'
import { Refusal, invalidBody } from '../contract/refusal.ts'
import type { UserChange } from '../contract/user.ts'
import type { User } from '../users/user.ts'
import { checkUsername } from './insert-local-user.ts'
import { emailProblem } from '../migration/legacy-profile.ts'

// Auth0 refuses these pairs of attributes in one request.
const exclusive_pairs: readonly (readonly [keyof UserChange, keyof UserChange])[] = [
  ['password', 'email'],
  ['password', 'email_verified'],
  ['username', 'email'],
  ['username', 'email_verified'],
  ['username', 'password'],
]

// The attributes that scripts change in the legacy store. A request may change those of one script only, so that it succeeds or fails as a
// whole.
const changed_by_script: readonly (readonly (keyof UserChange)[])[] = [
  ['email', 'email_verified'],
  ['username'],
  ['password'],
  ['phone_number'],
]
// The attributes that the login script does not overwrite, and the members that are not attributes.
const updatable_in_legacy_mode = new Set<string>([
  ...changed_by_script.flat(),
  'app_metadata',
  'user_metadata',
  'blocked',
  'connection',
  'client_id',
  'verify_email',
  'verify_phone_number',
])
const overwritten_at_login = new Set<string>(['name', 'nickname', 'given_name', 'family_name', 'picture'])

function refuse(message: string): never {
  throw new Refusal('invalid_body', { message })
}

function checkLegacyUserChange({ options }: Connection, change: UserChange): void {
  const overwrites = (options.set_user_root_attributes ?? 'on_each_login') === 'on_each_login'
  const isUpdatable = (name: string, value: unknown): boolean =>
    overwritten_at_login.has(name)
      ? !overwrites
      : updatable_in_legacy_mode.has(name) && (value !== null || name.endsWith('_metadata'))
  const refused = Object.entries(change).flatMap(([name, value]) => (isUpdatable(name, value) ? [] : [name]))
  if (refused.length > 0) {
    throw new Refusal('attributes_not_updatable', {
      message: `The following user attributes cannot be updated: ${refused.join(', ')}. The connection must either be a database connection (using the Auth0 store), a passwordless connection (email or sms) or has disabled 'Sync user profile attributes at each login'.`,
    })
  }
  const [one, other] = changed_by_script.flatMap((names) => names.find((name) => change[name] !== undefined) ?? [])
  if (one !== undefined && other !== undefined) refuse(`Cannot update ${one} and ${other} simultaneously.`)
}

/**
 * Checks whether a connection permits a change of a user, whose e-mail address is `own_email` before it.
 *
 * @throws {Refusal} `invalid_body`, `attributes_not_updatable`
 */
export function checkUserChange(connection: Connection, change: UserChange, own_email: string | null): void {
  for (const [one, other] of exclusive_pairs) {
    if (change[one] !== undefined && change[other] !== undefined) {
      refuse(`Cannot update ${one} and ${other} simultaneously.`)
    }
  }
  if (connection.mode === 'legacy') checkLegacyUserChange(connection, change)
  const rules = identifierRules(connection.options)
  const { email, username, phone_number } = change
  if (username !== undefined && username !== null) {
    if (rules.username.at_creation === 'inactive') {
      refuse('Cannot set username for connection without requires_username.')
    }
    checkUsername(connection, username.trim(), own_email === null ? null : canonicalIdentifier(own_email))
  }
  const removed = identifier_kinds.find((kind) => change[kind] === null && rules[kind].is_required)
  if (removed !== undefined) throw invalidBody(`This connection requires ${namesOfKinds([removed])}`, removed)
  if (typeof phone_number === 'string' && rules.phone_number.is_active && phoneNumber(phone_number) !== phone_number) {
    throw invalidBody('Not a phone number in E.164', 'phone_number')
  }
  const problem = typeof email === 'string' ? emailProblem(email.trim().toLowerCase()) : undefined
  if (problem !== undefined) throw invalidBody(`Not an e-mail address: ${problem}`, 'email')
}

/**
 * Checks a user after a change, in its transaction: of two changes at the same time, one may have removed the other identifier.
 *
 * @throws {Refusal} `invalid_body`
 */
export function requireIdentifier(
  { options }: Connection,
  user: Pick<User, 'email' | 'username' | 'phone_number'>,
): void {
  const active = activeKinds(options)
  if (active.some((kind) => user[kind] !== null)) return
  throw invalidBody(`A user needs ${namesOfKinds(active)} to be found by`, active[0] ?? 'email')
}
