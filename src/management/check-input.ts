import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/schema'
import type { ProblemCode } from '../contract/problems.ts'
import { Refusal } from '../contract/refusal.ts'

/** Which part of a request is checked. */
export type InputPart = 'body' | 'query' | 'params'

const parts = {
  body: { code: 'invalid_body', intro: 'Payload validation error' },
  query: { code: 'invalid_query_string', intro: 'Query validation error' },
  params: { code: 'invalid_uri', intro: 'Path validation error' },
} as const satisfies Record<InputPart, { code: ProblemCode; intro: string }>

const nesting_max = 40

type Fault = { keyword: string; instancePath: string; params: Record<string, unknown> }
type Schema = {
  type?: string
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
}

function refusal(part: InputPart, text: string, path: string[] = [], description?: string): Refusal {
  const where = path.length === 0 ? '' : ` on property ${path.join('.').slice(0, 200)}`
  const what = where === '' || description === undefined ? '' : ` (${description})`
  return new Refusal(parts[part].code, { message: `${parts[part].intro}: '${text}'${where}${what}.` })
}

function pathOf(pointer: string): string[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function schemaAt(schema: Schema | undefined, path: string[]): Schema | undefined {
  if (!schema || path.length === 0) return schema
  const [step = '', ...rest] = path
  for (const one of [schema, ...(schema.anyOf ?? [])]) {
    const next = one.properties && Object.hasOwn(one.properties, step) ? one.properties[step] : one.items
    const found = next && schemaAt(next, rest)
    if (found) return found
  }
  return undefined
}

/** The description of a property; of one with several forms, that of the first form that has one. */
function descriptionOf(schema: Schema | undefined): string | undefined {
  return schema?.description ?? schema?.anyOf?.map(descriptionOf).find((text) => text !== undefined)
}

function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof here === 'object' && here !== null && Object.hasOwn(here, step)
        ? (here as Record<string, unknown>)[step]
        : undefined,
    value,
  )
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

const limitOf = (fault: Fault): string => String(fault.params['limit'])

function describe(fault: Fault, at: Schema | undefined, value: unknown): string {
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0
  switch (fault.keyword) {
    case 'type':
      return `Expected type ${String(fault.params['type'])} but found type ${typeName(value)}`
    case 'minLength':
      return `String is too short (${length} chars), minimum ${limitOf(fault)}`
    case 'maxLength':
      return `String is too long (${length} chars), maximum ${limitOf(fault)}`
    case 'minItems':
      return `Array is too short (${length}), minimum ${limitOf(fault)}`
    case 'maxItems':
      return `Array is too long (${length}), maximum ${limitOf(fault)}`
    case 'maxProperties':
      return `Too many properties defined, maximum ${limitOf(fault)}`
    case 'minimum':
    case 'exclusiveMinimum':
      return `Value is less than minimum ${limitOf(fault)}`
    case 'maximum':
    case 'exclusiveMaximum':
      return `Value is greater than maximum ${limitOf(fault)}`
    case 'pattern':
      return `String does not match pattern: ${String(fault.params['pattern'])}`
    case 'format':
      return `Object didn't pass validation for format ${String(fault.params['format'])}`
    case 'enum':
      return `No enum match, expects: ${(at?.enum ?? []).map(String).join(', ')}`
    default:
      return 'None of the valid schemas were met'
  }
}

/** The fault that helps the caller most: an unknown property, a missing one, or the one at the deepest path. */
function mostHelpful(faults: Fault[]): Fault | undefined {
  const specific = faults.filter(
    ({ keyword, params }) =>
      !['anyOf', 'boolean', 'const', 'oneOf', 'not'].includes(keyword) &&
      !(keyword === 'type' && params['type'] === 'null'),
  )
  return (
    specific.find(({ keyword }) => keyword === 'additionalProperties') ??
    specific.find(({ keyword }) => keyword === 'required') ??
    specific.toSorted((left, right) => right.instancePath.length - left.instancePath.length)[0] ??
    faults[0]
  )
}

function literals(schema: Schema | undefined): string[] {
  return (schema?.anyOf ?? []).flatMap((one) => ('const' in one ? [String(one.const)] : []))
}

function faultRefusal(part: InputPart, schema: TSchema, value: unknown, faults: Fault[]): Refusal {
  const fault = mostHelpful(faults)
  if (!fault) return refusal(part, 'None of the valid schemas were met')
  const path = pathOf(fault.instancePath)
  const at = schemaAt(schema, path)
  const description = descriptionOf(at)
  const named = (member: string): string =>
    ((fault.params[member] as string[] | undefined) ?? []).map((name) => name.slice(0, 100)).join(', ')
  if (fault.keyword === 'additionalProperties') {
    return refusal(part, `Additional properties not allowed: ${named('additionalProperties')}`, path, description)
  }
  if (fault.keyword === 'required') {
    const [first = ''] = (fault.params['requiredProperties'] as string[] | undefined) ?? []
    return refusal(part, `Missing required property: ${first}`, path, description)
  }
  const options = literals(at)
  const text =
    fault.keyword === 'const' && options.length > 0
      ? `No enum match, expects: ${options.join(', ')}`
      : describe(fault, at, valueAt(value, path))
  return refusal(part, text, path, description)
}

/** Refuses values that no store can hold: NUL characters, lone surrogates, and deep nesting. */
function requireStorable(part: InputPart, value: unknown, path: string[]): void {
  const check = (text: string): void => {
    if (text.includes('\0')) throw refusal(part, 'Null characters are not allowed', path)
    if (!text.isWellFormed()) throw refusal(part, 'Text is not well-formed Unicode', path)
  }
  if (path.length > nesting_max) throw refusal(part, `Nested deeper than ${nesting_max} levels`)
  if (typeof value === 'string') check(value)
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    check(name)
    requireStorable(part, member, [...path, name])
  }
}

/**
 * Makes the check of one part of a request.
 *
 * @returns a function that throws {Refusal} `invalid_body`, `invalid_query_string` or `invalid_uri` with a text that names the
 *   property
 */
export function inputCheck(part: InputPart, schema: TSchema): (value: unknown) => void {
  // Compiled at its first use: all of them together would add 50 ms and 4 MiB to a start.
  let validator: Validator | undefined
  return (value) => {
    requireStorable(part, value, [])
    validator ??= Compile(schema)
    if (validator.Check(value)) return
    const [, faults] = validator.Errors(value)
    throw faultRefusal(part, schema, value, faults)
  }
}
