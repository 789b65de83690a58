/** API reference: the Management API as pages, from the OpenAPI document of the contract. It knows no tenant and no token. */

/** A JSON schema of the OpenAPI document, as far as the reference shows it. */
export type Schema = {
  $ref?: string
  type?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  maxProperties?: number
  uniqueItems?: boolean
  additionalProperties?: boolean | Schema
  patternProperties?: Record<string, Schema>
}

/** A part of the text of a type; `object` is the name of an object that the reference describes. */
export type TypePart = { text: string; object?: string }

/** A member of an object, or a parameter: its type, what it means, its limits, and the members of an object in it. */
export type Member = {
  name: string
  required: boolean
  type: TypePart[]
  description: string
  limits: string[]
  members: Member[]
}

/** The name of the object that a schema refers to. */
export const referredTo = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1)

const literal = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The parts, with a text between each two. */
function joined(types: TypePart[][], between: string): TypePart[] {
  return types.flatMap((parts, at) => (at === 0 ? parts : [{ text: between }, ...parts]))
}

/** The text of a type: `string`, `array of User`, `one of a, b`. */
export function typeOf(schema: Schema): TypePart[] {
  const name = referredTo(schema)
  if (name !== undefined) return [{ text: name, object: name }]
  if (schema.anyOf) return joined(schema.anyOf.map(typeOf), ' or ')
  if (schema.enum) return [{ text: `one of ${schema.enum.map(literal).join(', ')}` }]
  if (schema.const !== undefined) return [{ text: literal(schema.const) }]
  if (schema.type === 'array') return [{ text: 'array of ' }, ...typeOf(schema.items ?? {})]
  if (schema.allOf) return joined(schema.allOf.map(typeOf), ' with ')
  const values = mapValues(schema)
  if (values) return [{ text: 'object of ' }, ...typeOf(values)]
  if (schema.type === undefined) return [{ text: 'any JSON' }]
  return [{ text: schema.format === undefined ? schema.type : `${schema.type} (${schema.format})` }]
}

/** The schema of the values of an object with any names. */
function mapValues({ patternProperties = {}, additionalProperties }: Schema): Schema | undefined {
  const [values] = Object.values(patternProperties)
  if (values) return Object.keys(values).length === 0 ? undefined : values
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

function range(least: number | undefined, most: number | undefined, unit: string): string[] {
  const text = (number: number): string => number.toLocaleString('en-US')
  if (least !== undefined && most !== undefined)
    return [least === most ? `${text(least)}${unit}` : `${text(least)} to ${text(most)}${unit}`]
  if (least !== undefined) return [`at least ${text(least)}${unit}`]
  return most === undefined ? [] : [`at most ${text(most)}${unit}`]
}

/** The limits that a schema sets. */
function limitsOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, maxProperties, pattern, uniqueItems } = schema
  return [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...range(undefined, maxProperties, ' members'),
    ...(uniqueItems === true ? ['no item twice'] : []),
    ...(pattern === undefined ? [] : [`matches ${pattern}`]),
    ...(schema.default === undefined ? [] : [`default ${literal(schema.default)}`]),
  ]
}

/** The object whose members a type has: itself, the items of an array, or the one alternative with members. */
function objectIn(schema: Schema): Schema | undefined {
  if (schema.properties || schema.allOf) return schema
  if (schema.type === 'array') return schema.items && objectIn(schema.items)
  if (schema.anyOf) return schema.anyOf.map(objectIn).find((found) => found !== undefined)
  const values = mapValues(schema)
  return values && objectIn(values)
}

/** The members of an object, or of the objects in an array. Those of an object that is described by its name are not among them. */
export function membersOf(schema: Schema): Member[] {
  const found = objectIn(schema)
  if (!found) return []
  const own = Object.entries(found.properties ?? {}).map(([name, member]) =>
    memberOf(name, member, found.required?.includes(name) === true),
  )
  return [...(found.allOf ?? []).flatMap(membersOf), ...own]
}

/** A member or a parameter of a name. */
export function memberOf(name: string, schema: Schema, required: boolean): Member {
  return {
    name,
    required,
    type: typeOf(schema),
    description: schema.description ?? '',
    limits: limitsOf(schema),
    members: membersOf(schema),
  }
}

/** The names of all objects that a schema refers to. */
export function objectsIn(schema: Schema): string[] {
  const name = referredTo(schema)
  if (name !== undefined) return [name]
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ]
  return parts.flatMap(objectsIn)
}
