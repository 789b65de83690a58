import type { JsonObject, JsonValue } from '../base/json.ts'

/** Parses a JSON column that `writeJson` wrote. The caller names its type, which is not checked. */
export function readJson<T extends JsonValue | JsonObject>(text: string): T {
  return JSON.parse(text) as T
}

// PostgreSQL's jsonb refuses these escapes: one such value would break every search over its column.
const refused_escape = /\\u(0000|d[89a-f])/i

const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed()

function cleanMember(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [cleanText(name), member]))
}

/** Serializes a JSON column. NUL characters are removed and lone surrogates replaced, because PostgreSQL's jsonb refuses both. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return refused_escape.test(text) ? JSON.stringify(value, cleanMember) : text
}
