import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { phoneNumber } from '../base/phone-number.ts'
import {
  activeKinds,
  identifierRules,
  identifier_kinds,
  namesOfKinds,
  type IdentifierKind,
} from '../connections/identifier-rules.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import type { UserIdentifier } from '../users/insert-user.ts'
import type { UserProfile } from '../users/user-columns.ts'
import type { ProfileProblem } from './legacy-id.ts'

/** What a user may be identified by. */
type Identifiers = Pick<UserProfile, IdentifierKind>

/** Why a profile lacks an identifier that the connection demands. */
export function missingIdentifier(profile: Identifiers, options: ConnectionOptions): ProfileProblem | undefined {
  const active = activeKinds(options)
  const found = profileIdentifiers(profile, options).map(({ kind }) => kind)
  if (!active.some((kind) => found.includes(kind) || (kind === 'username' && profile.username !== null))) {
    const message = `is missing: without ${namesOfKinds(active)} the user could not be found again`
    return { field: active[0] ?? 'email', message }
  }
  const rules = identifierRules(options)
  const missing = identifier_kinds.find((kind) => rules[kind].is_required && profile[kind] === null)
  return missing && { field: missing, message: `is missing: this connection requires ${namesOfKinds([missing])}` }
}

/** Whether an identifier in canonical form reads as an e-mail address or as a phone number (E.164), and may therefore be another user's. */
export function isAddress(identifier: string): boolean {
  return identifier.includes('@') || /^\+[0-9]{1,15}$/.test(identifier)
}

/** The identifiers of a user that are unique in a connection, in canonical form. */
export function profileIdentifiers(profile: Identifiers, options: ConnectionOptions): UserIdentifier[] {
  const rules = identifierRules(options)
  const values = {
    email: profile.email === null ? undefined : canonicalIdentifier(profile.email),
    phone_number: phoneNumber(profile.phone_number ?? ''),
    username: profile.username === null ? undefined : canonicalIdentifier(profile.username),
  }
  const found: UserIdentifier[] = []
  // The username last: an address or a number of the same text is that identifier.
  for (const kind of ['email', 'phone_number', 'username'] as const) {
    const value = values[kind]
    const is_new = value !== undefined && !found.some((other) => other.value === value)
    if (is_new && rules[kind].is_unique) found.push({ kind, value })
  }
  return found
}
