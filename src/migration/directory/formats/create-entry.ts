import { defined } from '../../../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../base/json.ts'
import { canonical_identifier_max, identifierProblem } from '../../../base/canonical-identifier.ts'
import { phoneNumber } from '../../../base/phone-number.ts'
import type { Refusal } from '../../../contract/refusal.ts'
import { readLegacyId } from '../../legacy-id.ts'
import { emailProblem } from '../../legacy-profile.ts'
import { readFlag } from '../../read-flag.ts'
import type { DirectoryEntry, EntryProblem } from '../directory-entry.ts'
import { malformedFile } from './malformed-file.ts'
import { readTime } from './read-time.ts'

type Value = JsonValue | undefined

/** What a row says of a user, as its format has it. Absent, null and empty are one. */
export type RowValues = {
  line: number
  legacy_id?: Value
  email?: Value
  username?: Value
  phone_number?: Value
  email_verified?: Value
  last_activity_at?: Value
  disabled?: Value
  /** The opposite of `disabled`. */
  enabled?: Value
  hash?: DirectoryEntry['hash'] | undefined
  profile?: Record<string, Value>
  is_of_other_provider?: boolean
  /** The columns of the file from which members come, by the names of the members. Empty for a format whose members have one place. */
  columns?: Readonly<Record<string, string | undefined>>
}

type Place = { line: number; columns: Readonly<Record<string, string | undefined>> }

/** Refuses a value that is in no form that is known. */
function unknownForm({ line, columns }: Place, member: string, what: string, forms: string): Refusal {
  const column = columns[member]
  if (column === undefined) return malformedFile(line, `${what} is ${forms}`)
  const from = `the column ${JSON.stringify(column.slice(0, 60))}`
  return malformedFile(
    line,
    `${what}, ${from}, is ${forms}: correct it, or leave the column out; options.columns names those to read`,
  )
}

const username_max = 128
const texts = ['given_name', 'family_name', 'name', 'nickname', 'picture'] as const
const objects = ['user_metadata', 'app_metadata'] as const

/** A text or a number, trimmed; undefined where it is empty or of another type. */
export function textOf(value: Value): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' ? undefined : text
}

// As Excel shows a number of more than 11 digits: those behind the fifteenth are lost.
const shortened_form = /^\d(?:[.,]\d+)?E\+\d+$/i

/** The text of a legacy id. @throws {Refusal} `malformed_directory_file` where a spreadsheet program has shortened it */
function idOf(line: number, value: Value): string | undefined {
  const text = textOf(value)
  if (text === undefined || !shortened_form.test(text)) return text
  const reason =
    'the legacy id is a number that a spreadsheet program has shortened, as in 1.23E+15: export the ids again, as text'
  throw malformedFile(line, reason)
}

/** A member of an object; undefined where the value is no object. */
export function memberOf(value: Value, name: string): Value {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The elements of a list; none where the value is no list. */
export const listOf = (value: Value): JsonValue[] => (Array.isArray(value) ? value : [])

/** An object, or the JSON text of one. @throws {Refusal} `malformed_directory_file` for another value */
export function objectOf(line: number, name: string, value: Value): JsonObject | undefined {
  if (value === undefined || value === null || value === '') return undefined
  let read: unknown = value
  try {
    if (typeof value === 'string') read = JSON.parse(value)
  } catch {
    // The text stays, which is no object.
  }
  if (isJsonObject(read)) return read
  throw malformedFile(line, `${name} is neither a JSON object nor the text of one`)
}

const flags = {
  disabled: 'the flag of disabled users',
  enabled: 'the flag of enabled users',
  email_verified: 'email_verified',
} as const

function flagOf(place: Place, member: keyof typeof flags, value: Value): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const flag = readFlag(value)
  if (flag !== undefined) return flag
  throw unknownForm(place, member, flags[member], 'neither true nor false, nor yes or no, y or n, t or f, 1 or 0')
}

function timeOf(place: Place, value: Value): number | undefined {
  if (value === undefined || value === null) return undefined
  const time = readTime(value)
  if (time !== undefined) return time ?? undefined
  const forms = 'neither in ISO 8601, as in 2023-12-31, nor in seconds or milliseconds since 1970'
  throw unknownForm(place, 'last_activity_at', 'the time of the last activity', forms)
}

function profileOf(line: number, values: Record<string, Value>): JsonObject | undefined {
  const profile: JsonObject = {}
  for (const name of texts) profile[name] = textOf(values[name]) ?? null
  for (const name of objects) profile[name] = objectOf(line, name, values[name]) ?? null
  const given = Object.entries(profile).filter(([, value]) => value !== null)
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

// An identifier of a length that no store has is not kept; the entry has its problem.
const kept = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= canonical_identifier_max ? text : undefined

type Texts = Record<'legacy_id' | 'email' | 'username' | 'phone_number', string | undefined>

function problemsOf({ legacy_id, email, username, phone_number }: Texts): EntryProblem[] {
  const problems: EntryProblem[] = []
  if (legacy_id === undefined) problems.push('missing_id')
  else if (!('id' in readLegacyId(legacy_id, undefined))) problems.push('invalid_id')
  if (email !== undefined && emailProblem(email.toLowerCase()) !== undefined) problems.push('invalid_address')
  if (username !== undefined && (username.length > username_max || identifierProblem(username) !== undefined)) {
    problems.push('invalid_username')
  }
  if (email === undefined && username === undefined && phone_number === undefined) problems.push('missing_identifier')
  return problems
}

/**
 * Creates the entry of a row, with the reasons for which it cannot move as it is.
 *
 * @throws {Refusal} `malformed_directory_file` where a flag, a time or metadata is in no form that is known: the column has another meaning,
 *   and where a spreadsheet program has shortened the id
 */
export function createEntry(values: RowValues): DirectoryEntry {
  const { line, hash, profile = {}, is_of_other_provider = false, columns = {} } = values
  const place = { line, columns }
  const number = textOf(values.phone_number)
  const read: Texts = {
    legacy_id: idOf(line, values.legacy_id),
    email: textOf(values.email),
    username: textOf(values.username),
    phone_number: number === undefined ? undefined : (phoneNumber(number) ?? number),
  }
  const is_disabled = flagOf(place, 'disabled', values.disabled) === true
  const is_enabled = flagOf(place, 'enabled', values.enabled) !== false
  return {
    line,
    disabled: is_disabled || !is_enabled,
    problems: [...problemsOf(read), ...(is_of_other_provider ? (['other_provider'] as const) : [])],
    ...defined({
      legacy_id: kept(read.legacy_id),
      email: kept(read.email),
      username: kept(read.username),
      phone_number: kept(read.phone_number),
      email_verified: flagOf(place, 'email_verified', values.email_verified),
      last_activity_at: timeOf(place, values.last_activity_at),
      hash,
      profile: profileOf(line, profile),
    }),
  }
}
