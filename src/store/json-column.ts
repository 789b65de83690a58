import type { JsonObject, JsonValue } from '../base/json.ts'

/** Reads a JSON column. What is in it was written by `writeJson`, so its shape is the caller's to name. */
export function readJson<T extends JsonValue | JsonObject>(text: string): T {
  return JSON.parse(text) as T
}

// PostgreSQL reads neither escape as JSON, so that one such value would break every search over its column.
const unreadable = /\\u(0000|d[89a-f])/i

const readable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

function readableMember(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return readable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [readable(name), member]))
}

/** Writes a JSON column. NUL characters are left out and lone surrogates replaced: not every engine can read them. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return unreadable.test(text) ? JSON.stringify(value, readableMember) : text
}
