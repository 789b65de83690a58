import type { TSchema } from 'typebox'

type Schema = { type?: string; items?: Schema; properties?: Record<string, Schema>; anyOf?: Schema[] }

function typesOf(schema: Schema): Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(typesOf)
}

function readOne(schema: Schema, value: unknown): unknown {
  const wanted = typesOf(schema)
  const array = wanted.find((one) => one.type === 'array')
  if (array && !Array.isArray(value)) return [readOne(array.items ?? {}, value)]
  if (array && Array.isArray(value)) return value.map((item) => readOne(array.items ?? {}, item))
  if (typeof value !== 'string') return value
  const is = (type: string): boolean => wanted.some((one) => one.type === type)
  if (is('integer') && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (is('number') && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)) return Number(value)
  if (is('boolean') && (value === 'true' || value === 'false')) return value === 'true'
  if (is('object') && value.startsWith('{')) return readJsonText(value)
  return value
}

function readJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * Converts the strings of a query or a form to the types of a schema, where they have exactly that form: `5` for an
 * integer, `true` for a boolean, one string for an array of strings. Anything else stays a string, which the check refuses.
 */
export function readStrings(schema: TSchema, value: unknown): unknown {
  const { properties = {} } = schema as Schema
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, unknown] => {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined
      return [name, own ? readOne(own, member) : member]
    }),
  )
}
