/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject

/** A JSON object. */
export type JsonObject = { [name: string]: Json }

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Member `name` of a JSON object; undefined where there is none. */
export function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined
}

/** Member `name` as text. @throws Error when it is no text */
export function textMember(value: Json | undefined, name: string): string {
  const found = member(value, name)
  if (typeof found !== 'string') throw new Error(`There is no text "${name}" in ${JSON.stringify(value)}`)
  return found
}

/** The objects of a JSON array, or of the array under `name`. */
export function objects(value: Json | undefined, name?: string): JsonObject[] {
  const array = name === undefined ? value : member(value, name)
  return Array.isArray(array) ? array.filter((each) => isObject(each)) : []
}
