import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { isSecretName } from '../base/is-secret-name.ts'
import { bytesOf, memberPath, type ProfileChange } from './profile-changes.ts'

const secret_value = /^(\$(2[abxy]|argon2|pbkdf2|scrypt|[156PSH])\$|\{[\w@.-]+\}\S+$|pbkdf2_|bcrypt_|argon2\$)/

/** Whether a text has the form of a password hash. */
export function isHash(text: string): boolean {
  return secret_value.test(text.trim())
}

/** Why a text that has the form of a password hash is dropped. */
export const hash_form = 'It has the form of a password hash.'

const depth_max = 64
const too_deep = `It is nested more than ${depth_max} levels deep.`
const its_name_typed = 'Its name is the password that was typed.'
const text_max = 256 * 1024
// A member of this name would be the prototype of the object, not data.
const prototype_names = new Set(['__proto__', 'constructor', 'prototype'])

type Walk = { isTyped: (text: string) => boolean; dropped: ProfileChange[] }

// Longer than any password.
const typed_max = 2048
// NFD makes at most four characters of one, and no fewer than half as many: texts that have the same differ in length by this factor at most.
const length_factor = 8
// Normalizing takes time that grows with the square of the combining marks in a row. No word has as many.
const many_marks = /\p{M}{33}/u

/** A text in NFC; undefined for one with many combining marks in a row. */
const canonicalOf = (text: string): string | undefined => (many_marks.test(text) ? undefined : text.normalize('NFC'))

/**
 * Creates the test whether a text is the password that was typed, as it was typed, padded with blanks, or in another Unicode form. Of a
 * password with more than 32 combining marks in a row each text with as many is taken for another form.
 */
function typedTest(typed_password: string | undefined): (text: string) => boolean {
  if (typed_password === undefined) return () => false
  const trimmed = typed_password.trim()
  const typed = canonicalOf(typed_password)
  const length_min = typed_password.length / length_factor
  const length_max = typed_password.length * length_factor
  return (text) => {
    if (text.length > typed_max) return false
    if (text.trim() === trimmed) return true
    return text.length >= length_min && text.length <= length_max && canonicalOf(text) === typed
  }
}

/** Why a text is a secret; undefined where it is none. */
function whySecret(text: string, { isTyped }: Walk): string | undefined {
  if (isHash(text)) return hash_form
  return isTyped(text) ? 'It is the password that was typed.' : undefined
}

/** The text of a value that could be a secret: a string, a number, or a buffer's text. */
function textOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : bytesOf(value)?.toString()
}

/** A JSON text without its secrets; the same text where it has none, or is not JSON. */
function cleanText(text: string, path: string, walk: Walk, depth: number): string | undefined {
  if (!/^\s*[[{]/.test(text) || text.length > text_max) return text
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return text
  }
  const before = walk.dropped.length
  const cleaned = clean(value, path, walk, depth + 1)
  if (cleaned === undefined) return undefined
  return walk.dropped.length === before ? text : JSON.stringify(cleaned)
}

function clean(value: JsonValue, path: string, walk: Walk, depth: number): JsonValue | undefined {
  const text = textOf(value)
  const why = depth > depth_max ? too_deep : text === undefined ? undefined : whySecret(text, walk)
  if (why !== undefined) {
    walk.dropped.push({ path, why })
    return undefined
  }
  if (typeof value === 'string') return cleanText(value, path, walk, depth)
  if (text !== undefined) return value
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const cleaned = clean(item, memberPath(path, `[${index}]`), walk, depth + 1)
      return cleaned === undefined ? [] : [cleaned]
    })
  }
  return isJsonObject(value) ? cleanMembers(value, path, walk, depth) : value
}

function cleanMembers(object: JsonObject, path: string, walk: Walk, depth: number): JsonObject {
  const members: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(object)) {
    const own = memberPath(path, name)
    const is_secret = typeof value !== 'boolean' && value !== null && value !== '' && isSecretName(name)
    if (walk.isTyped(name)) walk.dropped.push({ path: memberPath(path, '(the password)'), why: its_name_typed })
    else if (is_secret) walk.dropped.push({ path: own, why: 'It has the name of a secret.' })
    else if (prototype_names.has(name)) walk.dropped.push({ path: own, why: 'Its name is that of a prototype.' })
    else {
      const cleaned = clean(value, own, walk, depth + 1)
      if (cleaned !== undefined) members.push([name, cleaned])
    }
  }
  return Object.fromEntries(members)
}

/**
 * Removes secrets from members that a script returned, at every depth and within JSON texts: members with the name of a secret, password
 * hashes, and the typed password. The removed members are added to `dropped`.
 *
 * @param path the path of the object; empty for the root of a profile
 */
export function removeSecrets(
  object: JsonObject,
  { path, typed_password, dropped }: { path: string; typed_password: string | undefined; dropped: ProfileChange[] },
): JsonObject {
  return cleanMembers(object, path, { isTyped: typedTest(typed_password), dropped }, 0)
}
