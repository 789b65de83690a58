import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'

/**
 * The members of a profile that are not stored as the script returned them, by path (`picture`, `legacy.password_hash`), never by value.
 * Surrounding white space and the letter case of identifiers do not count.
 */
export type ProfileChanges = {
  /** Not stored: secrets, reserved names, and values of a wrong type or size. */
  dropped: string[]
  /** Stored up to the longest length. */
  cut: string[]
  /** Stored in another type or form than the script returned. */
  converted: string[]
}

const paths_max = 50
const path_max = 100

/** The path of a member, of at most 100 characters: paths of a deep value would together be much longer than the value. */
export function memberPath(path: string, name: string): string {
  return (path === '' ? name : `${path}.${name}`).slice(0, path_max)
}

/** Empty lists, to which the reader of a profile adds. */
export const noChanges = (): ProfileChanges => ({ dropped: [], cut: [], converted: [] })

function bounded(paths: readonly string[]): string[] {
  const shown = [...new Set(paths.map((path) => path.slice(0, path_max).replaceAll(/\p{Cc}/gu, ' ')))]
  const more = shown.length - paths_max
  return more > 0 ? [...shown.slice(0, paths_max), `and ${more} more`] : shown
}

/** The lists that are not empty, each with at most 50 paths of 100 characters and the number of further ones; undefined for no change. */
export function describeChanges(changes: ProfileChanges): Partial<ProfileChanges> | undefined {
  const described: Partial<ProfileChanges> = {}
  for (const kind of ['dropped', 'cut', 'converted'] as const) {
    if (changes[kind].length > 0) described[kind] = bounded(changes[kind])
  }
  return Object.keys(described).length > 0 ? described : undefined
}

/** The changes as the log event of a login shows them. */
export function changeDetail(changes: ProfileChanges): JsonObject {
  const described = describeChanges(changes) ?? {}
  return Object.fromEntries(Object.entries(described).map(([kind, paths]) => [`${kind}_fields`, paths]))
}

/** The bytes of a buffer, which a script's answer holds as `{ type: 'Buffer', data: [1] }`; undefined for any other value. */
export function bytesOf(value: JsonValue | undefined): Buffer | undefined {
  if (!isJsonObject(value) || value['type'] !== 'Buffer' || Object.keys(value).length !== 2) return undefined
  const { data } = value
  if (!Array.isArray(data) || !data.every((byte) => Number.isInteger(byte))) return undefined
  return Buffer.from(data as number[])
}
