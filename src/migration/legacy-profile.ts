import { canonicalIdentifier } from '../base/canonical.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { ConnectionOptions } from '../contract/connection.ts'
import { profile_columns, profile_texts, server_columns } from '../users/user-columns.ts'
import type { ProfileText, UserProfile } from '../users/user-columns.ts'

/** A user profile that a script returned, checked and in the form in which it is stored. */
export type LegacyProfile = UserProfile & {
  /** The bare id, with the connection's namespace where it has one. */
  legacy_id: string
  /** Names of the members that are not stored: secrets, reserved names, and values of a wrong type or size. */
  dropped: string[]
}

/** The reason for which a profile is refused; for the tenant's log. */
export type ProfileProblem = { field: string; message: string }

const id_max = 255
const email_max = 254
const local_part_max = 64
const username_max = 128
const extra_max_bytes = 64 * 1024

// An e-mail address and a username have rules of their own.
type RootText = Exclude<ProfileText, 'email' | 'username'>
const rootTexts = profile_texts.filter((name): name is RootText => name !== 'email' && name !== 'username')
const known = new Set<string>(['id', 'user_id', 'metadata', ...Object.keys(profile_columns)])
// The attributes of a user that a script cannot set.
const reserved = new Set([...Object.keys(server_columns), 'identities', 'multifactor', 'tenant_id', 'connection_id'])
const secretName = /(passw|pwd|hash|salt|secret|token|pepper|mfa_factors|private_?key)/i
const secretValue = /^(\$(2[abxy]|argon2|pbkdf2|scrypt|[156PSH])\$|\{[A-Za-z0-9_-]+\}|pbkdf2_|bcrypt_|argon2\$)/

const controlOrSpace = /[\s\p{Cc}]/u
const control = /\p{Cc}/gu

/** The reason for which an e-mail address is invalid, or undefined for a valid one. The lengths are those of RFC 5321 section 4.5.3.1. */
export function emailProblem(email: string): string | undefined {
  if (email.length > email_max) return `it is longer than ${email_max} characters`
  if (controlOrSpace.test(email)) return 'it holds white space or control characters'
  const at = email.lastIndexOf('@')
  if (at < 1 || at === email.length - 1) return 'it has no local part and domain around an @'
  if (at > local_part_max) return `its local part is longer than ${local_part_max} characters`
  if (/["(),:;<>@[\\\]]/.test(email.slice(0, at))) return 'its local part holds a character that is not allowed'
  const labels = email.slice(at + 1).split('.')
  const is_domain_name = labels.every(
    (label) => /^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u.test(label) && label.length <= 63,
  )
  return is_domain_name ? undefined : 'its domain is not a domain name'
}

function readId(profile: JsonObject, namespace: string | undefined): { id: string } | ProfileProblem {
  const field = profile['user_id'] === undefined || profile['user_id'] === null ? 'id' : 'user_id'
  const given = profile[field] ?? null
  if (given === null) return { field: 'user_id', message: 'is missing: the script must return user_id (or id)' }
  if (typeof given !== 'string' && typeof given !== 'number') {
    return { field, message: `must be a string or a number; it is ${Array.isArray(given) ? 'an array' : typeof given}` }
  }
  if (typeof given === 'number' && !Number.isSafeInteger(given)) {
    return { field, message: 'is a number that JavaScript cannot hold exactly: the script must return it as a string' }
  }
  const text = String(given)
  const bare = text.startsWith('auth0|') ? text.slice('auth0|'.length) : text
  if (bare === '') return { field, message: 'is empty' }
  if (controlOrSpace.test(bare)) return { field, message: 'holds white space or control characters' }
  const id = namespace === undefined || bare.startsWith(`${namespace}|`) ? bare : `${namespace}|${bare}`
  if (id.length > id_max) return { field, message: `is longer than ${id_max} characters` }
  return { id }
}

function flag(value: JsonValue | undefined): boolean {
  return value === true || value === 1 || value === '1' || value === 'true' || value === 't'
}

function rootText(profile: JsonObject, name: string, dropped: string[]): string | null {
  const value = profile[name]
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string' || typeof value === 'number')
    return String(value).replaceAll(control, ' ').slice(0, 2048)
  dropped.push(name)
  return null
}

function metadata(profile: JsonObject, names: string[], dropped: string[]): JsonObject {
  let merged: JsonObject = {}
  for (const name of names) {
    const value = profile[name]
    if (value === undefined || value === null) continue
    if (isJsonObject(value)) merged = { ...merged, ...value }
    else dropped.push(name)
  }
  return merged
}

function extraOf(profile: JsonObject, options: ConnectionOptions, dropped: string[]): JsonObject {
  const extra: JsonObject = {}
  let bytes = 0
  for (const [name, value] of Object.entries(profile)) {
    if (known.has(name) || value === null) continue
    const looksSecret = secretName.test(name) || (typeof value === 'string' && secretValue.test(value))
    bytes += Buffer.byteLength(JSON.stringify(value)) + name.length
    if (looksSecret || reserved.has(name) || bytes > extra_max_bytes) dropped.push(name)
    else if (options.non_persistent_attrs?.includes(name) !== true) extra[name] = value
  }
  return extra
}

/**
 * Reads the value that a script returned as a profile. A profile without a valid id, or with an invalid e-mail address, is refused.
 * Members that cannot be stored are dropped, and their names are in `dropped`.
 */
export function readLegacyProfile(
  value: JsonValue,
  options: ConnectionOptions,
): { profile: LegacyProfile } | { problem: ProfileProblem } {
  if (!isJsonObject(value)) {
    return {
      problem: {
        field: 'profile',
        message: `must be an object; the script returned ${Array.isArray(value) ? 'an array' : typeof value}`,
      },
    }
  }
  const id = readId(value, options.id_namespace)
  if (!('id' in id)) return { problem: id }
  const dropped: string[] = []

  const given_email = value['email'] ?? null
  if (given_email !== null && typeof given_email !== 'string') {
    return { problem: { field: 'email', message: `must be a string; it is ${typeof given_email}` } }
  }
  const email = given_email === null || given_email.trim() === '' ? null : given_email.trim().toLowerCase()
  const email_problem = email === null ? undefined : emailProblem(email)
  if (email_problem !== undefined)
    return { problem: { field: 'email', message: `is not an e-mail address: ${email_problem}` } }

  const username = rootText(value, 'username', dropped)?.trim().toLowerCase() ?? null
  if (username !== null && username.length > username_max) {
    return { problem: { field: 'username', message: `is longer than ${username_max} characters` } }
  }
  if (email === null && username === null) {
    return {
      problem: {
        field: 'email',
        message: 'is missing: without an e-mail address or a username the user could not be found again',
      },
    }
  }
  if (options.requires_username === true && username === null) {
    return { problem: { field: 'username', message: 'is missing: this connection requires a username' } }
  }

  const texts = Object.fromEntries(rootTexts.map((name) => [name, rootText(value, name, dropped)])) as Record<
    RootText,
    string | null
  >
  return {
    profile: {
      legacy_id: id.id,
      email,
      email_verified: email !== null && flag(value['email_verified']),
      username,
      ...texts,
      phone_verified: texts.phone_number !== null && flag(value['phone_verified']),
      blocked: flag(value['blocked']),
      user_metadata: metadata(value, ['user_metadata'], dropped),
      // `metadata` is the name in older scripts; a member of `app_metadata` wins.
      app_metadata: metadata(value, ['metadata', 'app_metadata'], dropped),
      extra: extraOf(value, options, dropped),
      dropped,
    },
  }
}

/** The identifiers with which a user logs in, in canonical form, each with its kind. */
export function profileIdentifiers(
  profile: Pick<LegacyProfile, 'email' | 'username'>,
): { kind: 'email' | 'username'; value: string }[] {
  const email = profile.email === null ? undefined : canonicalIdentifier(profile.email)
  const username = profile.username === null ? undefined : canonicalIdentifier(profile.username)
  const found: { kind: 'email' | 'username'; value: string }[] = []
  if (email !== undefined) found.push({ kind: 'email', value: email })
  // With a username in the form of an e-mail address, a user could be found by the address of another user.
  if (username !== undefined && username !== email && !username.includes('@'))
    found.push({ kind: 'username', value: username })
  return found
}
