import type { JsonObject, JsonValue } from '../base/json.ts'

/** Reads a JSON column. What is in it was written by `writeJson`, so its shape is the caller's to name. */
export function readJson<T extends JsonValue | JsonObject>(text: string): T {
  return JSON.parse(text) as T
}

/** Writes a JSON column. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}
