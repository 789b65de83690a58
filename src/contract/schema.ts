import type { Type as TypeBox } from 'typebox'

export type { Static, TObject, TSchema } from 'typebox'

/** The part of TypeBox's builders that the contract is written with. */
type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Intersect'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'
>

type Members = Readonly<Record<string, unknown>>

// TypeBox keeps its own marks where JSON and loops over members do not see them.
function marked(schema: Members, marks: Members): Members {
  const made = { ...schema }
  for (const [name, value] of Object.entries(marks))
    Object.defineProperty(made, name, { value, configurable: true, writable: true })
  return made
}

const built = (kind: string, members: Members, options?: Members): Members =>
  marked({ ...members, ...options }, { '~kind': kind })

function objectOf(properties: Record<string, Members>, options?: Members): Members {
  const required = Object.keys(properties).filter((name) => properties[name]?.['~optional'] !== true)
  return built('Object', { type: 'object', ...(required.length > 0 ? { required } : {}), properties }, options)
}

const builders = {
  Array: (items: Members, options?: Members) => built('Array', { type: 'array', items }, options),
  Boolean: (options?: Members) => built('Boolean', { type: 'boolean' }, options),
  Enum: (words: readonly unknown[], options?: Members) => built('Enum', { enum: words }, options),
  Integer: (options?: Members) => built('Integer', { type: 'integer' }, options),
  Intersect: (allOf: readonly Members[], options?: Members) => built('Intersect', { allOf }, options),
  Literal: (value: unknown, options?: Members) => built('Literal', { type: typeof value, const: value }, options),
  Null: (options?: Members) => built('Null', { type: 'null' }, options),
  Number: (options?: Members) => built('Number', { type: 'number' }, options),
  Object: objectOf,
  Optional: (schema: Members) => marked(schema, { '~kind': schema['~kind'], '~optional': true }),
  // One named member, or any whose names fit.
  Record: (key: Members, value: Members, options?: Members) => {
    const { const: name, pattern = '^.*$' } = key as { const?: string; pattern?: string }
    return name === undefined
      ? built('Record', { type: 'object', patternProperties: { [pattern]: value } }, options)
      : objectOf({ [name]: value }, options)
  },
  String: (options?: Members) => built('String', { type: 'string' }, options),
  Union: (anyOf: readonly Members[], options?: Members) => built('Union', { anyOf }, options),
  Unknown: (options?: Members) => built('Unknown', {}, options),
} satisfies Record<keyof Builders, unknown>

/**
 * Makes JSON Schemas that are TypeScript types at once: TypeBox's builders with TypeBox's types, and the same schemas. The
 * library itself is hundreds of modules, which every start would load to make what these few lines make.
 */
export const Type = builders as unknown as Builders
