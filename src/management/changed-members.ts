import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { isHiddenMember, maskSecrets } from './mask-secrets.ts'

/** A member of a resource before and after a request; the side on which it does not exist is missing. */
type ChangedMember = { before?: JsonValue; after?: JsonValue }

const changes_max = 8000
const names_max = 100
const depth_max = 4

// The time of the change, and what scripts do meanwhile.
const unnamed = new Set(['updated_at', 'last_24_h', 'refused'])

const named = (resource: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(resource, (name, value: unknown) => (unnamed.has(name) ? undefined : value))) as JsonObject

/** Of a list of objects, those that the other list has not. Any other value as it is. */
function ownItems(value: JsonValue | undefined, other: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(value) || !Array.isArray(other) || !value.some((item) => isJsonObject(item))) return value
  const others = new Set(other.map((item) => JSON.stringify(item)))
  return value.filter((item) => !others.has(JSON.stringify(item)))
}

type Found = { path: string; name: string; is_hidden: boolean; change: ChangedMember }

const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other)

/** The members that differ, each with its path; a member of a hidden one is hidden. */
function findChanges(before: JsonObject, after: JsonObject, path: string[], is_hidden: boolean): Found[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name): Found[] => {
    const [one, other] = [before[name], after[name]]
    if (!differs(one, other)) return []
    const hides = is_hidden || isHiddenMember(name)
    const found_at = [...path, name]
    if (found_at.length < depth_max && isJsonObject(one) && isJsonObject(other)) {
      return findChanges(one, other, found_at, hides)
    }
    const change = defined({ before: ownItems(one, other), after: ownItems(other, one) })
    return [{ path: found_at.join('.'), name, is_hidden: hides, change }]
  })
}

/**
 * The members of a resource that a request changed, by their paths, with their values before and after. Of a secret or a script only the
 * name is kept, of lists of objects the items that differ, and of a long change only the names of its members.
 *
 * @param before the resource as its operation shows it; an empty object for one that did not exist
 */
export function changedMembers(before: JsonObject, after: JsonObject): JsonObject {
  const found = findChanges(named(before), named(after), [], false)
  const entries = found.map(({ path, name, is_hidden, change }) => {
    const sides = Object.entries(change).map(([side, value]) => [side, maskSecrets(value, name, is_hidden)])
    return [path, Object.fromEntries(sides) as JsonObject] as const
  })
  const changes: JsonObject = Object.fromEntries(entries)
  if (JSON.stringify(changes).length <= changes_max) return changes
  return { omitted: 'too long', members: found.slice(0, names_max).map(({ path }) => path) }
}
