import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'

/**
 * A member of a profile that is not stored as the script returned it, by its path (`picture`, `legacy.password_hash`), and why, as a
 * sentence. Neither has its value.
 */
export type ProfileChange = { path: string; why: string }

/** What became of the members that are not stored as they were returned. Surrounding white space and the letter case of identifiers do not count. */
export type ProfileChanges = {
  /** Not stored: secrets, reserved names, and values of a wrong type or size. */
  dropped: ProfileChange[]
  /** Stored up to the longest length. */
  cut: ProfileChange[]
  /** Stored in another type or form than the script returned. */
  converted: ProfileChange[]
}

const kinds = ['dropped', 'cut', 'converted'] as const

/** The paths of changes, by what became of the members. */
export type ChangedPaths = Partial<Record<(typeof kinds)[number], string[]>>

const paths_max = 50
const path_max = 100

/** The path of a member, of at most 100 characters: paths of a deep value would together be much longer than the value. */
export function memberPath(path: string, name: string): string {
  return (path === '' ? name : `${path}.${name}`).slice(0, path_max)
}

/** Empty lists, to which the reader of a profile adds. */
export const noChanges = (): ProfileChanges => ({ dropped: [], cut: [], converted: [] })

/** The first 50 changes, each path once and with at most 100 characters, and the number of further ones. */
function bounded(changes: readonly ProfileChange[]): { shown: ProfileChange[]; more: number } {
  const by_path = new Map<string, ProfileChange>()
  for (const { path, why } of changes) {
    const short = path.slice(0, path_max).replaceAll(/\p{Cc}/gu, ' ')
    if (!by_path.has(short)) by_path.set(short, { path: short, why })
  }
  const all = [...by_path.values()]
  return { shown: all.slice(0, paths_max), more: Math.max(0, all.length - paths_max) }
}

/** The paths of the lists that are not empty, each with at most 50 paths of 100 characters and the number of further ones; undefined for no change. */
export function describeChanges(changes: ProfileChanges): ChangedPaths | undefined {
  const described: ChangedPaths = {}
  for (const kind of kinds) {
    const { shown, more } = bounded(changes[kind])
    const paths = shown.map(({ path }) => path)
    if (paths.length > 0) described[kind] = more > 0 ? [...paths, `and ${more} more`] : paths
  }
  return Object.keys(described).length > 0 ? described : undefined
}

/** The changes with their reasons, at most 50 of each kind. */
export function explainChanges(changes: ProfileChanges): (ProfileChange & { kind: (typeof kinds)[number] })[] {
  return kinds.flatMap((kind) => bounded(changes[kind]).shown.map((change) => ({ kind, ...change })))
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
