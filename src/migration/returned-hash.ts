import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { Stored } from '../passwords/formats/index.ts'
import type { ProfileProblem } from './legacy-id.ts'
import { bytesOf } from './profile-changes.ts'

/**
 * The stored hash that `get_user` returned with a profile. `none`: the user has no password; `invalid`: what was returned cannot be a hash.
 */
export type ReturnedHash =
  | { kind: 'hash'; stored: Stored }
  | { kind: 'none' }
  | { kind: 'invalid'; problem: ProfileProblem }

// The longest text of a hash is 4,096 characters; its salt, user name and key are shorter.
const json_max = 8192

const invalid = (field: string, message: string): ReturnedHash => ({ kind: 'invalid', problem: { field, message } })

// Django writes `!` and random letters, passwd(5) `!` or `*`, where no password is right.
const isUnusable = (text: string): boolean => text.trim() === '' || text.startsWith('!') || text.trim() === '*'

// The bytes of a binary column.
const textOrBytes = (value: JsonValue): JsonValue | Uint8Array => bytesOf(value) ?? value

function readHash(field: string, value: JsonValue): ReturnedHash {
  if (value === null) return { kind: 'none' }
  if (JSON.stringify(value).length > json_max) return invalid(field, `is longer than ${json_max} characters as JSON`)
  const hash = textOrBytes(value)
  if (typeof hash === 'string') return isUnusable(hash) ? { kind: 'none' } : { kind: 'hash', stored: hash }
  if (hash instanceof Uint8Array) return { kind: 'hash', stored: hash }
  if (!isJsonObject(hash)) return invalid(field, `must be a text, an object or null; it is ${typeof hash}`)
  if (hash['hash'] === null) return { kind: 'none' }
  const members = Object.entries(hash).map(([name, member]) => [name, textOrBytes(member)])
  return { kind: 'hash', stored: Object.fromEntries(members) as Stored }
}

/**
 * Takes the stored hash out of a profile that `get_user` returned: `password_hash`, in any form that `wherry/passwords` reads, or
 * `custom_password_hash`, in Auth0's. Null means that the user has no password.
 */
export function takeHash(value: JsonObject): { profile: JsonObject; hash: ReturnedHash } {
  const { password_hash, custom_password_hash, ...profile } = value
  if (password_hash !== undefined && custom_password_hash !== undefined) {
    return { profile, hash: invalid('password_hash', 'and custom_password_hash exclude each other') }
  }
  if (custom_password_hash !== undefined) {
    const is_form = custom_password_hash === null || isJsonObject(custom_password_hash)
    const hash = is_form
      ? readHash('custom_password_hash', custom_password_hash)
      : invalid('custom_password_hash', 'must be an object or null')
    return { profile, hash }
  }
  if (password_hash !== undefined) return { profile, hash: readHash('password_hash', password_hash) }
  const missing = 'is missing: with options.verify_password_here get_user returns the stored hash, or null for none'
  return { profile, hash: invalid('password_hash', missing) }
}
