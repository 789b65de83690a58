import type { JsonObject, JsonValue } from '../../base/json.ts'
import { formatOf, HashError, needsRehash, type Normalization, type Stored } from '../../passwords/formats/index.ts'
import type { PasswordHash } from '../../passwords/passwords.ts'
import { writeJson } from '../../store/json-column.ts'
import { takeHash } from '../returned-hash.ts'
import type { RowError } from './import-row.ts'

type Read = { kind: 'none' } | { kind: 'hash'; hash: PasswordHash } | { kind: 'invalid'; error: RowError }

/**
 * Reads `password_hash` or `custom_password_hash` of a row. Nothing is computed, but a text that cannot be a hash of its format is refused:
 * its user could never log in. A hash of our own parameters is stored as it is; others are hashed again at the first login.
 *
 * @param normalization what the legacy store did to a password before it hashed it
 */
export function readImportedHash(row: JsonObject, normalization: Normalization | undefined): Read {
  const { password_hash, custom_password_hash } = row
  if (password_hash === undefined && custom_password_hash === undefined) return { kind: 'none' }
  const path = custom_password_hash === undefined ? 'password_hash' : 'custom_password_hash'
  const invalid = (message: string): Read => ({ kind: 'invalid', error: { code: 'FORMAT', message, path } })
  if (password_hash !== undefined && custom_password_hash !== undefined) {
    const message = 'password_hash and custom_password_hash exclude each other'
    return { kind: 'invalid', error: { code: 'NOT_PASSED', message, path } }
  }
  const taken = takeHash(row)
  if (taken.hash.kind === 'none') return { kind: 'none' }
  if (taken.hash.kind === 'invalid') return invalid(`${path} ${taken.hash.problem.message}`)
  const { stored } = taken.hash
  try {
    if (formatOf(stored) === 'plain') return invalid('It is a plain password, not a hash')
  } catch (error) {
    if (error instanceof HashError) return invalid(error.message)
    throw error
  }
  const normalized = normalization === undefined ? {} : { normalization }
  if (typeof stored === 'string' && !needsRehash(stored)) {
    return { kind: 'hash', hash: { format: 'argon2id', hash: stored.trim(), ...normalized } }
  }
  return { kind: 'hash', hash: { format: 'foreign', hash: writeJson(storedJson(stored)), ...normalized } }
}

/** A hash as JSON. A row of JSON has no bytes but those of a buffer's JSON form, which are kept in hex. */
function storedJson(stored: Stored): JsonValue {
  return stored instanceof Uint8Array ? Buffer.from(stored).toString('hex') : (stored as JsonValue)
}
