import { isJsonObject, type JsonObject } from './json.ts'

/** The metadata `before` with a change merged into it at the first level. Members that are null, stored ones included, are removed. */
export function mergeMetadata(before: unknown, change: JsonObject): JsonObject {
  const merged = { ...(isJsonObject(before) ? before : {}), ...change }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}
