import { isJsonObject, type JsonObject, type JsonValue } from '../../base/json.ts'
import { newHexId } from '../../base/ids.ts'
import type { JsonRow } from '../../base/json-rows.ts'
import type { Connection } from '../../connections/connection.ts'
import type { ImportErrorCode } from '../../contract/job.ts'
import { metadata_max_bytes } from '../../users/write-metadata.ts'
import { readLegacyProfile } from '../legacy-profile.ts'
import { profileIdentifiers } from '../profile-identifiers.ts'
import { removeSecrets } from '../remove-secrets.ts'
import type { ReadRow, RowError } from './import-row.ts'
import { readImportedHash } from './read-imported-hash.ts'

/** The longest row: an import refuses a longer one. */
export const row_max_bytes = 1024 * 1024

const texts: Readonly<Record<string, number>> = {
  email: 254,
  username: 128,
  given_name: 150,
  family_name: 150,
  name: 300,
  nickname: 300,
  picture: 2048,
  phone_number: 16,
}
const flags = ['email_verified', 'phone_verified', 'blocked']
const objects = ['app_metadata', 'user_metadata']
const secrets = ['password_hash', 'custom_password_hash', 'mfa_factors']
const known = new Set([...Object.keys(texts), ...flags, ...objects, ...secrets, 'user_id', 'password_set_date'])
const identifiers = new Set(['user_id', 'email', 'username'])
const shown_max = 4096
const factors_max = 10

const typeOf = (value: JsonValue): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const wrongType = (path: string, expected: string, value: JsonValue): RowError => ({
  code: 'INVALID_TYPE',
  message: `Expected type ${expected} but found type ${typeOf(value)}`,
  path,
})

function textError(name: string, max: number, value: JsonValue): RowError[] {
  if (typeof value !== 'string') return [wrongType(name, 'string', value)]
  if (value.length > max) {
    return [
      { code: 'MAX_LENGTH', message: `It has ${value.length} characters: at most ${max} are allowed`, path: name },
    ]
  }
  if (name !== 'phone_number' || /^\+[0-9]{1,15}$/.test(value)) return []
  return [{ code: 'PATTERN', message: 'It must be + and up to 15 digits (E.164)', path: name }]
}

function metadataError(name: string, value: JsonValue): RowError[] {
  if (!isJsonObject(value)) return [wrongType(name, 'object', value)]
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes <= metadata_max_bytes) return []
  return [
    { code: 'MAX_LENGTH', message: `It has ${bytes} bytes: at most ${metadata_max_bytes} are allowed`, path: name },
  ]
}

const isFactor = (value: JsonValue): boolean => {
  const [kind, ...more] = isJsonObject(value) ? Object.entries(value) : []
  if (!kind || more.length > 0 || !isJsonObject(kind[1])) return false
  const secret = kind[1][kind[0] === 'totp' ? 'secret' : 'value']
  return ['totp', 'phone', 'email'].includes(kind[0]) && typeof secret === 'string' && secret.length <= 1024
}

function factorErrors(value: JsonValue): RowError[] {
  const path = 'mfa_factors'
  if (!Array.isArray(value)) return [wrongType(path, 'array', value)]
  const length = `It has ${value.length} factors: 1 to ${factors_max} are allowed`
  if (value.length === 0) return [{ code: 'ARRAY_LENGTH_SHORT', message: length, path }]
  if (value.length > factors_max) return [{ code: 'ARRAY_LENGTH_LONG', message: length, path }]
  const wrong = value.findIndex((factor) => !isFactor(factor))
  if (wrong < 0) return []
  const message = 'It must be {"totp":{"secret":…}}, {"phone":{"value":…}} or {"email":{"value":…}}'
  return [{ code: 'MFA_FACTORS_FAILED', message, path: `${path}[${wrong}]` }]
}

function memberErrors(user: JsonObject): RowError[] {
  return Object.entries(user).flatMap(([name, value]) => {
    const max = texts[name]
    if (max !== undefined) return textError(name, max, value)
    if (flags.includes(name)) return typeof value === 'boolean' ? [] : [wrongType(name, 'boolean', value)]
    if (objects.includes(name)) return metadataError(name, value)
    if (name === 'mfa_factors') return factorErrors(value)
    if (name !== 'password_set_date') return []
    const is_date = typeof value === 'string' && !Number.isNaN(Date.parse(value))
    return is_date ? [] : [{ code: 'FORMAT' as const, message: 'It must be a date in ISO 8601', path: name }]
  })
}

/**
 * The user of an error report: without members that an import does not know, whose names do not tell whether they are passwords, and
 * without secrets at any depth. Of a large user the identifiers only.
 */
function shownUser(user: JsonObject): JsonObject {
  const entries = Object.entries(user).filter(([name]) => known.has(name) && !secrets.includes(name))
  const is_large = JSON.stringify(Object.fromEntries(entries)).length > shown_max
  const shown = entries.filter(
    ([name, value]) => !is_large || (identifiers.has(name) && typeof value === 'string' && value.length <= 300),
  )
  return removeSecrets(Object.fromEntries(shown), { path: '', typed_password: undefined, dropped: [] })
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseRow({ text }: JsonRow): { user: JsonObject } | { error: RowError } {
  const error = (code: ImportErrorCode, message: string) => ({ error: { code, message, path: '' } })
  if (text === null) return error('MAX_LENGTH', `The row is longer than ${row_max_bytes} bytes`)
  let decoded: string
  try {
    decoded = utf8.decode(text)
  } catch {
    return error('FORMAT', 'The row is not UTF-8')
  }
  try {
    const value = JSON.parse(decoded) as JsonValue
    return isJsonObject(value) ? { user: value } : { error: wrongType('', 'object', value) }
  } catch {
    return error('FORMAT', 'The row is not valid JSON')
  }
}

/** The row without members that are null, which means the same as leaving them out. */
function givenMembers(user: JsonObject): { given: JsonObject; ignored: string[] } {
  const entries = Object.entries(user).filter(([, value]) => value !== null)
  return {
    given: Object.fromEntries(entries.filter(([name]) => known.has(name))),
    ignored: Object.keys(user).filter((name) => !known.has(name)),
  }
}

/** Reads a row of an import file: its members, as a script's profile has them, and its password hash, which is checked and not computed. */
export function readImportRow(connection: Connection, json_row: JsonRow): ReadRow {
  const { line, after } = json_row
  const row_no = after.rows
  const parsed = parseRow(json_row)
  const refuse = (user: JsonObject, errors: RowError[], ignored: string[] = []): ReadRow => ({
    kind: 'refused',
    refused: { line, row_no, shown: shownUser(user), errors },
    ignored,
  })
  if ('error' in parsed) return refuse({}, [parsed.error])
  const { user } = parsed
  const { given, ignored } = givenMembers(user)
  const errors = memberErrors(given)
  const hash = readImportedHash(given, connection.options.password_normalization)
  if (hash.kind === 'invalid') errors.push(hash.error)
  if (errors.length > 0 || hash.kind === 'invalid') return refuse(user, errors, ignored)
  const { app_metadata = {}, user_metadata = {}, mfa_factors = [], password_set_date, ...members } = given
  const has_id = given['user_id'] !== undefined
  const attributes = Object.fromEntries(Object.entries(members).filter(([name]) => !secrets.includes(name)))
  const read = readLegacyProfile({ ...attributes, ...(has_id ? {} : { user_id: newHexId() }) }, connection.options)
  if ('problem' in read) {
    const { field, message } = read.problem
    const code = given[field] === undefined ? 'OBJECT_REQUIRED' : 'FORMAT'
    return refuse(user, [{ code, message: `${field} ${message}`, path: field }], ignored)
  }
  // An import keeps metadata as it is: the tenant wrote the file, and an exported user comes back whole.
  const metadata = { app_metadata: app_metadata as JsonObject, user_metadata: user_metadata as JsonObject }
  return {
    kind: 'row',
    row: {
      line,
      row_no,
      profile: { ...read.profile, ...metadata },
      has_id,
      identifiers: profileIdentifiers(read.profile, connection.options),
      given: new Set(Object.keys(given)),
      hash: hash.kind === 'hash' ? hash.hash : undefined,
      password_set_at: typeof password_set_date === 'string' ? Date.parse(password_set_date) : null,
      second_factors: mfa_factors as JsonValue[],
      show: () => shownUser(user),
    },
    ignored,
  }
}
