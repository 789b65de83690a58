import { isUtf8 } from 'node:buffer'
import { identifierProblem, identifier_max } from '../base/canonical-identifier.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { phoneNumber } from '../base/phone-number.ts'
import { identifierRules } from '../connections/identifier-rules.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import { profile_columns, profile_texts, server_columns } from '../users/user-columns.ts'
import type { ProfileText, UserProfile } from '../users/user-columns.ts'
import { metadata_max_bytes } from '../users/write-metadata.ts'
import { readProfileId, type ProfileProblem } from './legacy-id.ts'
import { missingIdentifier } from './profile-identifiers.ts'
import { bytesOf, noChanges, type ProfileChanges } from './profile-changes.ts'
import { readFlag } from './read-flag.ts'
import { hash_form, isHash, removeSecrets } from './remove-secrets.ts'

/** A user profile that a script returned, checked and in the form in which it is stored. */
export type LegacyProfile = UserProfile & {
  /** The bare id, with the connection's namespace where it has one. */
  legacy_id: string
  /** The e-mail address and the username in the letters in which the script returned them. */
  spellings: string[]
  changes: ProfileChanges
}

const local_part_max = 64
const username_max = 128
const text_max = 2048
const extra_max_bytes = 64 * 1024
const bytes_as_json =
  'Its bytes are stored as a list of numbers, the JSON form of a buffer: return a string where it is a text.'
const extra_too_large = `With it, the other fields of the profile are larger than ${extra_max_bytes} bytes as JSON, in which a byte of a buffer takes up to four.`

// An e-mail address and a username have rules of their own.
type RootText = Exclude<ProfileText, 'email' | 'username'>
const rootTexts = profile_texts.filter((name): name is RootText => name !== 'email' && name !== 'username')
// Half a phone number or half the URL of a picture is useless: a longer one is dropped.
const never_cut: ReadonlySet<string> = new Set<RootText>(['phone_number', 'picture'])
const flags = ['email_verified', 'phone_verified', 'blocked'] as const
const known = new Set<string>(['id', 'user_id', 'metadata', ...Object.keys(profile_columns)])
/** The attributes of a user that a script cannot set. */
const reserved_attributes = new Set([
  ...Object.keys(server_columns),
  'identities',
  'multifactor',
  'tenant_id',
  'connection_id',
])

const controlOrSpace = /[\s\p{Cc}]/u
const control = /\p{Cc}/gu

/** The reason for which an e-mail address is invalid, or undefined for a valid one. The lengths are those of RFC 5321 section 4.5.3.1. */
export function emailProblem(email: string): string | undefined {
  if (email.length > identifier_max) return `it is longer than ${identifier_max} characters`
  if (controlOrSpace.test(email)) return 'it holds white space or control characters'
  const problem = identifierProblem(email)
  if (problem !== undefined) return `it ${problem}`
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

const typeName = (value: JsonValue): string => (Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`)

/** A profile while it is read. */
type Reading = { profile: JsonObject; typed_password: string | undefined; changes: ProfileChanges }

/** Reads a text. A number and the bytes of UTF-8 are converted; a value of another type is dropped. */
function readText({ profile, changes }: Reading, name: string): string | null {
  const value = profile[name]
  if (value === undefined || value === null) return null
  const bytes = bytesOf(value)
  const given = typeof value === 'string' || typeof value === 'number' ? String(value) : bytes?.toString()
  if (given === undefined || (bytes && !isUtf8(bytes))) {
    const why = bytes ? 'Its bytes are not UTF-8.' : `It must be a string; it is ${typeName(value)}.`
    changes.dropped.push({ path: name, why })
    return null
  }
  const text = given.replaceAll(control, ' ').trim()
  if (bytes) changes.converted.push({ path: name, why: 'Its bytes are stored as text.' })
  else if (text !== given.trim()) changes.converted.push({ path: name, why: 'Its control characters became blanks.' })
  return text === '' ? null : text
}

function readRootText(reading: Reading, name: RootText): string | null {
  const { dropped, cut } = reading.changes
  const text = readText(reading, name)
  if (text === null) return null
  const too_long = text.length > text_max
  if (isHash(text) || (too_long && never_cut.has(name))) {
    dropped.push({ path: name, why: too_long ? `It is longer than ${text_max} characters.` : hash_form })
    return null
  }
  if (!too_long) return text
  cut.push({ path: name, why: `It is longer than ${text_max} characters, and is stored up to there.` })
  // A pair of surrogates is not split.
  return text.slice(0, text_max).replace(/[\ud800-\udbff]$/, '')
}

type Flags = Record<(typeof flags)[number], boolean>

function readFlags({ profile, changes }: Reading): Flags | { problem: ProfileProblem } {
  const read: Partial<Flags> = {}
  for (const name of flags) {
    const value = profile[name]
    const flag = readFlag(value)
    if (flag === undefined) {
      return {
        problem: { field: name, message: 'is neither true nor false in a form that is known: return a boolean' },
      }
    }
    read[name] = flag
    const is_plain = value === undefined || value === null || typeof value === 'boolean' || value === 0 || value === 1
    if (!is_plain) changes.converted.push({ path: name, why: `It is stored as ${flag}.` })
  }
  return read as Flags
}

/** Reads metadata: an object, or the JSON text of one, as columns of databases without a type for JSON hold it. */
function readMetadata({ profile, typed_password, changes }: Reading, names: string[]): JsonObject {
  let merged: JsonObject = {}
  for (const name of names) {
    const value = profile[name]
    if (value === undefined || value === null) continue
    const object = isJsonObject(value) && !bytesOf(value) ? value : parseObject(bytesOf(value)?.toString() ?? value)
    if (object === undefined) {
      const why = 'It is neither an object nor the JSON text of one.'
      if (value !== '') changes.dropped.push({ path: name, why })
      continue
    }
    if (object !== value) changes.converted.push({ path: name, why: 'Its JSON text is stored as an object.' })
    merged = { ...merged, ...removeSecrets(object, { path: name, typed_password, dropped: changes.dropped }) }
  }
  if (Buffer.byteLength(JSON.stringify(merged)) <= metadata_max_bytes) return merged
  const why = `It is larger than ${metadata_max_bytes} bytes.`
  const given = names.filter((name) => (profile[name] ?? null) !== null)
  changes.dropped.push(...given.map((path) => ({ path, why })))
  return {}
}

function parseObject(text: JsonValue): JsonObject | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function readExtra({ profile, typed_password, changes }: Reading, options: ConnectionOptions): JsonObject {
  const { dropped, converted } = changes
  const given = Object.fromEntries(
    Object.entries(profile).filter(([name, value]) => !known.has(name) && value !== null),
  )
  const extra: JsonObject = {}
  let bytes = 0
  for (const [name, value] of Object.entries(removeSecrets(given, { path: '', typed_password, dropped }))) {
    const size = Buffer.byteLength(JSON.stringify(value)) + name.length
    if (options.non_persistent_attrs?.includes(name) === true) continue
    if (reserved_attributes.has(name)) dropped.push({ path: name, why: 'A script cannot set it.' })
    else if (bytes + size > extra_max_bytes) dropped.push({ path: name, why: extra_too_large })
    else {
      if (bytesOf(value)) converted.push({ path: name, why: bytes_as_json })
      extra[name] = value
      bytes += size
    }
  }
  return extra
}

function readEmail(reading: Reading): { email: string | null; spelling: string | null } | { problem: ProfileProblem } {
  const value = reading.profile['email'] ?? null
  if (value !== null && typeof value !== 'string' && !bytesOf(value)) {
    return { problem: { field: 'email', message: `must be a string; it is ${typeof value}` } }
  }
  const text = typeof value === 'string' ? value.trim() : readText(reading, 'email')
  const email = text === null || text === '' ? null : text.toLowerCase()
  const problem = email === null ? undefined : emailProblem(email)
  return problem === undefined
    ? { email, spelling: text }
    : { problem: { field: 'email', message: `is not an e-mail address: ${problem}` } }
}

function readUsername(
  reading: Reading,
): { username: string | null; spelling: string | null } | { problem: ProfileProblem } {
  const spelling = readText(reading, 'username')
  const username = spelling?.toLowerCase() ?? null
  if (username !== null && username.length > username_max) {
    return { problem: { field: 'username', message: `is longer than ${username_max} characters` } }
  }
  const username_problem = username === null ? undefined : identifierProblem(username)
  if (username_problem !== undefined) return { problem: { field: 'username', message: username_problem } }
  return { username, spelling }
}

/** Reads a phone number. Where users log in with it, it is stored in E.164; a text that is no phone number stays as it is. */
function readPhoneNumber({ changes }: Reading, text: string | null, options: ConnectionOptions): string | null {
  const number = identifierRules(options).phone_number.is_active ? phoneNumber(text ?? '') : undefined
  if (number === undefined) return text
  if (number !== text) changes.converted.push({ path: 'phone_number', why: 'It is stored in E.164.' })
  return number
}

/**
 * Reads the profile that a script returned. It is refused without a valid id, with an invalid e-mail address, and where
 * `blocked`, `email_verified` or `phone_verified` is not a known form of a boolean. Other values that cannot be stored are dropped, cut or
 * converted: see `changes`.
 *
 * @param typed_password the typed password: values that contain it are not stored
 */
export function readLegacyProfile(
  profile: JsonObject,
  options: ConnectionOptions,
  typed_password?: string,
): { profile: LegacyProfile } | { problem: ProfileProblem } {
  const id = readProfileId(profile, options.id_namespace)
  if ('problem' in id) return id
  const changes = noChanges()
  const reading = { profile, typed_password, changes }
  const email = readEmail(reading)
  if ('problem' in email) return email
  const username = readUsername(reading)
  if ('problem' in username) return username
  const read_flags = readFlags(reading)
  if ('problem' in read_flags) return read_flags
  const texts = Object.fromEntries(rootTexts.map((name) => [name, readRootText(reading, name)])) as Record<
    RootText,
    string | null
  >
  texts.phone_number = readPhoneNumber(reading, texts.phone_number, options)
  const identifiers = { email: email.email, username: username.username, phone_number: texts.phone_number }
  const problem = missingIdentifier(identifiers, options)
  if (problem !== undefined) return { problem }
  return {
    profile: {
      legacy_id: id.id,
      email: email.email,
      username: username.username,
      ...texts,
      email_verified: email.email !== null && read_flags.email_verified,
      phone_verified: texts.phone_number !== null && read_flags.phone_verified,
      blocked: read_flags.blocked,
      user_metadata: readMetadata(reading, ['user_metadata']),
      // `metadata` is the name in older scripts; a member of `app_metadata` wins.
      app_metadata: readMetadata(reading, ['metadata', 'app_metadata']),
      extra: readExtra(reading, options),
      spellings: [email.spelling, username.spelling].flatMap((spelling) =>
        spelling === null || spelling === '' ? [] : [spelling],
      ),
      changes,
    },
  }
}
