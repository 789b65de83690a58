import { Buffer } from 'node:buffer'
import { readCustomHash } from './custom-password-hash.ts'
import { decodeHash, digestHash, prehashed, type StoredValues } from './digest-recipe.ts'
import { fromBase64, fromHex, requireBytes, utf8 } from './encodings.ts'
import { pbkdf2Hash } from './pbkdf2.ts'
import { families, readText } from './format-families.ts'
import { plainText } from './ldap.ts'
import type { Recipe } from './recipe-types.ts'
import { firebaseHash, scryptHash } from './scrypt.ts'
import { limits } from './limits.ts'
import { digest_bytes, HashError, type StoredHash } from './types.ts'

/**
 * What a legacy store keeps: a text (or the bytes of a binary column), an object with the salt or user name of other columns,
 * Auth0's `custom_password_hash`, or a credential of Keycloak.
 */
export type Stored =
  | string
  | Uint8Array
  | { hash: string | Uint8Array; salt?: string | Uint8Array | null; username?: string | null }
  | { algorithm: string; hash: object }
  | { secretData: unknown; credentialData: unknown }

/** The text of a hash, and what other columns of its row contain. */
export type Columns = { text: string; salt: string | Uint8Array | undefined; username: string }

function requireLength(what: string, length: number, maximum: number): void {
  if (length > maximum) throw new HashError('malformed', `the ${what} is longer than ${maximum} characters`)
}

// A binary column contains a text or the bytes of a hash.
function textOf(value: string | Uint8Array): string {
  requireLength('stored hash', value.length, limits.text_length)
  if (typeof value === 'string') return value.trim()
  const bytes = Buffer.from(value)
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? bytes.toString('latin1').trim() : bytes.toString('hex')
}

/** The columns of a stored hash. @throws HashError `malformed` */
export function columnsOf(stored: Stored): Columns {
  if (typeof stored === 'string' || stored instanceof Uint8Array)
    return { text: textOf(stored), salt: undefined, username: '' }
  if (stored !== null && typeof stored === 'object') {
    if ('secretData' in stored) return { text: textOf(JSON.stringify(stored)), salt: undefined, username: '' }
    if ('hash' in stored && (typeof stored.hash === 'string' || stored.hash instanceof Uint8Array)) {
      const { salt, username } = stored as { salt?: string | Uint8Array | null; username?: string | null }
      requireLength('user name', String(username ?? '').length, limits.username_length)
      return { text: textOf(stored.hash), salt: salt ?? undefined, username: String(username ?? '') }
    }
  }
  throw new HashError(
    'malformed',
    'the stored hash must be a text, an object with hash and salt, or a custom_password_hash',
  )
}

/** Hash and salt, apart: of two columns, or of one text with a separator. */
export function separated({ text, salt }: Columns, layout = 'hash:salt'): { hash: string; salt: string | Uint8Array } {
  if (salt !== undefined) return { hash: text, salt }
  const separator = layout.slice(4, -4)
  const at = text.indexOf(separator)
  if (at < 0) return { hash: text, salt: '' }
  const [left, right] = [text.slice(0, at), text.slice(at + separator.length)]
  return layout.startsWith('hash') ? { hash: left, salt: right } : { hash: right, salt: left }
}

function saltBytes(salt: string | Uint8Array, encoding: Recipe['salt_encoding']): Uint8Array {
  if (typeof salt !== 'string') return requireBytes('recipe', 'the salt', Buffer.from(salt))
  const decode = encoding === 'hex' ? fromHex : encoding === 'base64' ? fromBase64 : utf8
  return requireBytes('recipe', `the salt (salt_encoding ${encoding ?? 'utf8'})`, decode(salt))
}

function readFirebase(
  columns: Columns,
  { signer_key, salt_separator, rounds, mem_cost }: NonNullable<Recipe['firebase']>,
): StoredHash {
  const bytes = (what: string, text: string): Buffer => requireBytes('firebase', `the ${what}`, fromBase64(text))
  return firebaseHash('firebase', {
    rounds,
    mem_cost,
    salt: bytes('salt', String(columns.salt ?? '')),
    salt_separator: bytes('salt separator', salt_separator),
    signer_key: bytes('signer key', signer_key),
    hash: bytes('hash', columns.text),
  })
}

function derivedBytes(text: string, encoding: Recipe['encoding']): Buffer {
  const bytes =
    encoding === 'base64' ? fromBase64(text) : (fromHex(text) ?? (encoding === 'hex' ? undefined : fromBase64(text)))
  return requireBytes('recipe', `the hash (encoding ${encoding ?? 'hex or base64'})`, bytes)
}

function readDerived(
  text: string,
  salt: Uint8Array,
  { pbkdf2, scrypt, rounds = 1, encoding }: Recipe,
): StoredHash | undefined {
  if (pbkdf2) return pbkdf2Hash('recipe', { digest: pbkdf2, rounds, salt, hash: derivedBytes(text, encoding) })
  return scrypt && scryptHash('recipe', { ...scrypt, salt, hash: derivedBytes(text, encoding) })
}

/** The hash by a recipe that describes its computation. @throws HashError */
function readDescribed(columns: Columns, recipe: Recipe): StoredHash | undefined {
  if (recipe.firebase) return readFirebase(columns, recipe.firebase)
  const { hash: text, salt: salt_text } = separated(columns, recipe.layout)
  const salt = saltBytes(salt_text, recipe.salt_encoding)
  const values: StoredValues = { salt, pepper: utf8(recipe.pepper ?? ''), username: columns.username }
  if (recipe.digest) {
    const expected = decodeHash('recipe', text, digest_bytes[recipe.digest], recipe.encoding)
    return digestHash('recipe', { ...recipe, digest: recipe.digest }, values, expected)
  }
  const inner = readDerived(text, salt, recipe)
  return inner && recipe.of ? prehashed('recipe', recipe.of, values, inner) : inner
}

/** The hash of a text of the format that a recipe names; undefined where the text has another form. */
function readNamed(columns: Columns, recipe: Recipe): StoredHash | undefined {
  const family = families.find(({ name }) => name === recipe.format)
  const inner = family?.read(columns.text, (text) => {
    const found = readText(text, true)
    if (found === undefined) throw new HashError('unknown_format', 'the text after the prefix has no known form')
    return found
  })
  if (inner === undefined || recipe.of === undefined) return inner
  const values = {
    salt: saltBytes(columns.salt ?? '', recipe.salt_encoding),
    pepper: utf8(recipe.pepper ?? ''),
    username: columns.username,
  }
  return prehashed(inner.format, recipe.of, values, inner)
}

/**
 * Reads a stored hash. A text whose form can be recognised is read by its form, others by the recipe: legacy stores keep hashes
 * of several generations side by side.
 *
 * @throws HashError `unknown_format`, `malformed`, `too_costly`
 */
export function readStored(stored: Stored, recipe: Recipe): StoredHash {
  if (typeof stored === 'object' && stored !== null && 'algorithm' in stored) return readCustomHash(stored)
  const columns = columnsOf(stored)
  const found =
    (recipe.format === undefined ? undefined : readNamed(columns, recipe)) ??
    readText(columns.text) ??
    (recipe.format === 'plain' ? plainText(columns.text) : readDescribed(columns, recipe))
  if (found !== undefined) return found
  const message = recipe.format
    ? `the stored hash is not of the format ${recipe.format}`
    : 'the stored hash has no form that can be recognised: name its format or describe it by a recipe'
  throw new HashError('unknown_format', message)
}
