import type { JsonObject, JsonValue } from '../base/json.ts'
import { bytesOf } from './profile-changes.ts'

/** The reason for which a profile is refused; for the tenant's log. */
export type ProfileProblem = { field: string; message: string }

const id_max = 255

function typeOf(value: JsonValue): string {
  if (bytesOf(value)) return 'binary: the script must return it as text, for example in hex'
  return Array.isArray(value) ? 'an array' : `of the type ${typeof value}`
}

/**
 * Reads a legacy id, which is a string or an integer: trims it, removes a leading `auth0|` once, and prefixes the connection's namespace
 * unless the id has it. A valid id has 1 to 255 characters, none of them white space or a control character.
 */
export function readLegacyId(value: JsonValue, namespace: string | undefined): { id: string } | { message: string } {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return { message: `must be a string or a number; it is ${typeOf(value)}` }
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    return { message: 'is a number that JavaScript cannot hold exactly: it must be given as a string' }
  }
  // A column of the type CHAR(n) is padded with blanks.
  const text = String(value).trim()
  const bare = text.startsWith('auth0|') ? text.slice('auth0|'.length) : text
  if (bare === '') return { message: 'is empty' }
  if (/[\s\p{Cc}]/u.test(bare)) return { message: 'holds white space or control characters' }
  const id = namespace === undefined || bare.startsWith(`${namespace}|`) ? bare : `${namespace}|${bare}`
  return id.length > id_max ? { message: `is longer than ${id_max} characters` } : { id }
}

/** Reads the id of a profile from `user_id` or, where that is missing, from `id`. */
export function readProfileId(
  profile: JsonObject,
  namespace: string | undefined,
): { id: string } | { problem: ProfileProblem } {
  const field = (profile['user_id'] ?? null) === null ? 'id' : 'user_id'
  const given = profile[field] ?? null
  if (given === null) {
    return { problem: { field: 'user_id', message: 'is missing: the script must return user_id (or id)' } }
  }
  const read = readLegacyId(given, namespace)
  return 'id' in read ? read : { problem: { field, message: read.message } }
}
