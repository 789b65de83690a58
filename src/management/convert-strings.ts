import type { TSchema } from 'typebox'

type Schema = { type?: string; items?: Schema; properties?: Record<string, Schema>; anyOf?: Schema[] }

function typesOf(schema: Schema): Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(typesOf)
}

function readValue(schema: Schema, value: unknown): unknown {
  const types = typesOf(schema)
  const array = types.find(({ type }) => type === 'array')
  if (array && !Array.isArray(value)) return [readValue(array.items ?? {}, value)]
  if (array && Array.isArray(value)) return value.map((item) => readValue(array.items ?? {}, item))
  if (typeof value !== 'string') return value
  const allows = (name: string): boolean => types.some(({ type }) => type === name)
  if (allows('integer') && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (allows('number') && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)) return Number(value)
  if (allows('boolean') && (value === 'true' || value === 'false')) return value === 'true'
  if (allows('object') && value.startsWith('{')) return readJsonText(value)
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
 * Converts the strings of a path, a query or a form to the types of a schema: `5` to an integer, `true` to a boolean, one string to an array of
 * strings. Any other text stays a string, which the input check refuses.
 */
export function convertStrings(schema: TSchema, value: unknown): unknown {
  const { properties = {} } = schema as Schema
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, unknown] => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      return [name, property ? readValue(property, member) : member]
    }),
  )
}
