import { isJsonObject } from '../base/json.ts'

function pick(item: unknown, names: ReadonlySet<string>, include: boolean): unknown {
  if (!isJsonObject(item)) return item
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name) === include))
}

/**
 * Reduces a response to the properties that `fields` names, or removes those with `include_fields: false`.
 *
 * @param list the member that holds the items, where the response is an object with a list
 */
export function projectFields(
  answer: unknown,
  { fields, include_fields = true }: { fields?: string; include_fields?: boolean },
  list: string | undefined,
): unknown {
  if (fields === undefined || fields.trim() === '') return answer
  const names = new Set(fields.split(',').map((name) => name.trim()))
  if (Array.isArray(answer)) return answer.map((item) => pick(item, names, include_fields))
  if (list !== undefined && isJsonObject(answer) && Array.isArray(answer[list])) {
    return { ...answer, [list]: answer[list].map((item) => pick(item, names, include_fields)) }
  }
  return pick(answer, names, include_fields)
}
