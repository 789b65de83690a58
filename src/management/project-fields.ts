import { isJsonObject } from '../base/json.ts'
import { all_documents, documentsOf, type Documents } from '../users/user-rows.ts'

function pick(item: unknown, names: ReadonlySet<string>, include: boolean): unknown {
  if (!isJsonObject(item)) return item
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name) === include))
}

/** The properties that a request names, or excludes with `include_fields: false`. */
export type Projection = { fields?: string; include_fields?: boolean }

/** The properties that `fields` names; undefined where a response is not projected. */
function namesIn({ fields }: Projection): ReadonlySet<string> | undefined {
  if (fields === undefined || fields.trim() === '') return undefined
  return new Set(fields.split(',').map((name) => name.trim()))
}

/** The documents of users that are in the response after `projectFields`. */
export function shownDocuments(projection: Projection): Documents {
  const names = namesIn(projection)
  if (!names) return all_documents
  if (projection.include_fields !== false) return documentsOf(names)
  return new Set([...all_documents].filter((document) => !names.has(document)))
}

/**
 * Reduces a response to the properties that `fields` names, or removes those with `include_fields: false`.
 *
 * @param list the member that holds the items, where the response is an object with a list
 */
export function projectFields(answer: unknown, projection: Projection, list: string | undefined): unknown {
  const names = namesIn(projection)
  if (!names) return answer
  const { include_fields = true } = projection
  if (Array.isArray(answer)) return answer.map((item) => pick(item, names, include_fields))
  if (list !== undefined && isJsonObject(answer) && Array.isArray(answer[list])) {
    return { ...answer, [list]: answer[list].map((item) => pick(item, names, include_fields)) }
  }
  return pick(answer, names, include_fields)
}
