// What differs from run to run becomes a placeholder. Equal values get equal placeholders, numbered by first appearance.
import { isObject, type Json, type JsonObject } from './json.ts'

/** Replaces volatile values. */
export type Placeholders = {
  /** Gives a value that is known beforehand a name. */
  name(value: string, placeholder: string): void
  /** Replaces the values in a text that have a placeholder already. */
  known(text: string): string
  /** Replaces the volatile parts of a text. */
  text(text: string): string
  /** Replaces the volatile parts of a JSON value; `key` is the member that holds it. */
  value(value: Json, key?: string): Json
}

/** Members whose text differs from run to run, whatever its form, with the kind that the placeholder shows. */
const kinds: Record<string, string> = {
  access_token: 'access token',
  call_id: 'call',
  cert: 'certificate',
  client_id: 'client',
  client_secret: 'client secret',
  fingerprint: 'fingerprint',
  jti: 'jti',
  kid: 'kid',
  management_client_id: 'client',
  management_client_secret: 'client secret',
  n: 'modulus',
  next: 'checkpoint',
  pkcs7: 'pkcs7',
  reference: 'reference',
  refresh_token: 'refresh token',
  thumbprint: 'thumbprint',
  x5c: 'certificate',
  x5t: 'thumbprint',
  'x5t#S256': 'thumbprint',
}

const volatile_numbers: Record<string, string> = {
  ms: '<ms>',
  duration_ms: '<ms>',
  p50_ms: '<ms>',
  p95_ms: '<ms>',
  iat: '<time>',
}

/** Members whose values are equal or not by chance: two ID tokens of one second are the same text. */
const unnumbered: Record<string, string> = { id_token: '<id token>' }

/** Forms of volatile values within a text, tried in this order at each place. */
const forms: { kind: string; form: string }[] = [
  { kind: 'token', form: String.raw`eyJ[\w-]+\.[\w-]+\.[\w-]+` },
  { kind: 'time', form: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z` },
  { kind: 'uuid', form: String.raw`[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}` },
  { kind: 'day', form: String.raw`\d{4}-\d\d-\d\d` },
  { kind: 'history', form: String.raw`\d{15}-mev_[A-Za-z0-9]{16}` },
  { kind: 'log', form: String.raw`900\d{53}` },
  { kind: 'line', form: String.raw`\d{15}-\d{6}-scl_[A-Za-z0-9]{16}` },
  { kind: 'sealed', form: String.raw`2\.0\$[\w-]{40,}` },
  { kind: 'prefixed', form: String.raw`[a-z]{2,4}_[A-Za-z0-9]{16,32}` },
  { kind: 'kid', form: String.raw`(?<=/CN=)[\w-]+` },
  { kind: 'reference', form: String.raw`(?<=Reference code: )[2-9A-Z]{8}` },
  { kind: 'ticket', form: String.raw`(?<=ticket=|name="ticket" value=")[A-Za-z0-9]{32}` },
  { kind: 'hash', form: String.raw`sha256-[A-Za-z0-9+/]{43}=` },
  { kind: 'secret', form: String.raw`[A-Za-z0-9_-]{64}` },
  { kind: 'id', form: '[0-9a-f]{24}' },
  { kind: 'key', form: '[A-Za-z0-9]{32}' },
]
const any_form = new RegExp(
  forms.map(({ form }, index) => `(?<![A-Za-z0-9_-])(?<f${index}>${form})(?![A-Za-z0-9_-])`).join('|'),
  'g',
)

/** Makes the placeholders of one chapter. `port` is the server's. */
export function createPlaceholders(port: number): Placeholders {
  const known = new Map<string, string>()
  const counts = new Map<string, number>()

  const placeholderOf = (kind: string, value: string): string => {
    const before = known.get(value)
    if (before !== undefined) return before
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const placeholder = `<${kind} ${count}>`
    known.set(value, placeholder)
    return placeholder
  }

  const ofForm = (value: string, kind: string): string => {
    if (kind === 'time' || kind === 'day') return `<${kind}>`
    return placeholderOf(kind === 'prefixed' ? value.slice(0, value.indexOf('_')) : kind, value)
  }

  const replaceKnown = (given: string): string => {
    let left = given
    // The longest first: one value may hold another.
    for (const [value, placeholder] of [...known].toSorted(([one], [other]) => other.length - one.length)) {
      left = left.replaceAll(value, placeholder)
    }
    return left
  }

  const text = (given: string): string => {
    const left = replaceKnown(given).replaceAll(any_form, (value, ...rest) => {
      const groups = rest.at(-1) as Record<string, string | undefined>
      const index = forms.findIndex((_form, at) => groups[`f${at}`] !== undefined)
      return ofForm(value, forms[index]?.kind ?? 'key')
    })
    return left.replaceAll(new RegExp(`:${port}\\b`, 'g'), ':<port>').replaceAll(/\b\d+(?:\.\d+)? ms\b/g, '<ms>')
  }

  const value = (given: Json, key = ''): Json => {
    if (isEveryScope(given, key)) return '<every scope>'
    if (typeof given === 'string') {
      if (key === 'admin_setup_url') return text(given.replace(/^https?:\/\/[^/]+/, '<admin origin>'))
      if (given !== '' && unnumbered[key] !== undefined) return unnumbered[key]
      const kind = kinds[key]
      return kind === undefined || given === '' || known.has(given) ? text(given) : placeholderOf(kind, given)
    }
    if (typeof given === 'number') return volatile_numbers[key] ?? given
    if (Array.isArray(given)) return given.map((each) => value(each, key))
    return isObject(given) ? objectOf(given) : given
  }

  const objectOf = (given: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(given).map(([name, each]) => [text(name), lifetime(given, name) ?? value(each, name)]),
    )

  return {
    name: (value_, placeholder) => void known.set(value_, `<${placeholder}>`),
    known: replaceKnown,
    text,
    value,
  }
}

// A new operation of the Management API brings new scopes. Lists of all of them would change each recording.
const some_scopes_max = 20

/** Whether a member lists the scopes of the whole Management API. */
function isEveryScope(given: Json, key: string): boolean {
  if (key === 'scopes') return Array.isArray(given) && given.length > some_scopes_max
  return key === 'scope' && typeof given === 'string' && given.split(' ').length > some_scopes_max
}

/** The end of what has an end, as seconds after its beginning. */
function lifetime(given: JsonObject, name: string): string | undefined {
  const { created_at, expires_at, iat, exp } = given
  if (name === 'exp' && typeof iat === 'number' && typeof exp === 'number') return `<time + ${exp - iat} s>`
  if (name !== 'expires_at' || typeof created_at !== 'string' || typeof expires_at !== 'string') return undefined
  return `<created_at + ${(Date.parse(expires_at) - Date.parse(created_at)) / 1000} s>`
}
