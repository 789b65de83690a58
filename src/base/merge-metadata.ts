import { isJsonObject } from './json.ts'

/** The metadata `before` with a change merged into it at the first level. Null removes a member. */
export function mergeMetadata(before: unknown, change: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...(isJsonObject(before) ? before : {}), ...change }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}
