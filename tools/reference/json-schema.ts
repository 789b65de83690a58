// Reads the JSON Schemas of the contract for the manual: a short type for a table, and members of an object.

/** The part of JSON Schema that the contract uses. */
export type JsonSchema = {
  type?: string | string[]
  description?: string
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  default?: unknown
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: JsonSchema | JsonSchema[]
  properties?: Record<string, JsonSchema>
  patternProperties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
}

/** One line of a table of members. */
export type Member = { path: string; type: string; required: boolean; description: string }

/** Answers the members of an object schema, those of objects inside it as `outer.inner`, down to three levels. */
export function membersOf(schema: JsonSchema, around = '', level = 1): Member[] {
  const all = [schema, ...(schema.allOf ?? [])]
  return all.flatMap((part) =>
    Object.entries(part.properties ?? {}).flatMap(([name, member]) => {
      const path = around === '' ? name : `${around}.${name}`
      const required = (part.required ?? []).includes(name)
      const line = { path, type: typeText(member), required, description: describe(member) }
      return level < 3 ? [line, ...membersOf(objectIn(member), inside(path, member), level + 1)] : [line]
    }),
  )
}

/** Says in a few words which values a schema allows. */
export function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  const choices = schema.anyOf
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeText(choice)))].join(' or ')
  if (schema.allOf !== undefined) return 'object'
  if (schema.type === 'array') return `array of ${itemsText(schema.items)}`
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any value')
  return `${type}${limitsText(schema)}`
}

function itemsText(items: JsonSchema | JsonSchema[] | undefined): string {
  if (items === undefined) return 'any value'
  return Array.isArray(items) ? items.map((item) => typeText(item)).join(', ') : typeText(items)
}

function limitsText(schema: JsonSchema): string {
  if (schema.format !== undefined) return ` (${schema.format})`
  const [low, high] = [schema.minLength ?? schema.minimum, schema.maxLength ?? schema.maximum]
  const unit = schema.type === 'string' ? ' characters' : ''
  if (low !== undefined && high !== undefined) return ` (${low} to ${high}${unit})`
  if (high !== undefined) return ` (at most ${high}${unit})`
  if (low !== undefined) return ` (at least ${low}${unit})`
  return ''
}

function describe(schema: JsonSchema): string {
  const own =
    schema.description ?? (schema.anyOf ?? []).find(({ description }) => description !== undefined)?.description
  const preset = schema.default === undefined ? '' : ` Default: ${JSON.stringify(schema.default)}.`
  return `${(own ?? '').trim()}${preset}`
}

function objectIn(schema: JsonSchema): JsonSchema {
  if (schema.type === 'array' && schema.items !== undefined && !Array.isArray(schema.items))
    return objectIn(schema.items)
  const choice = schema.anyOf?.find((each) => each.properties !== undefined)
  return choice ?? schema
}

function inside(path: string, schema: JsonSchema): string {
  return schema.type === 'array' ? `${path}[]` : path
}
