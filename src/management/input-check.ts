import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/schema'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { meaningOfPattern, patterns } from '../contract/patterns.ts'
import type { ProblemCode } from '../contract/problems.ts'
import { Refusal } from '../contract/refusal.ts'

/** The part of a request to check. */
export type InputPart = 'body' | 'query' | 'params'

const parts = {
  body: { code: 'invalid_body', intro: 'Payload validation error' },
  query: { code: 'invalid_query_string', intro: 'Query validation error' },
  params: { code: 'invalid_uri', intro: 'Path validation error' },
} as const satisfies Record<InputPart, { code: ProblemCode; intro: string }>

const nesting_max = 40
/** Unknown properties that a refusal names. */
const names_max = 20

type ValidationError = { keyword: string; instancePath: string; params: Record<string, unknown> }
type Schema = {
  type?: string
  description?: string
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  maxProperties?: number
  items?: Schema
  maxItems?: number
  anyOf?: Schema[]
  enum?: unknown[]
}

function refusal(part: InputPart, text: string, path: string[] = [], description?: string): Refusal {
  const property = path.length === 0 ? '' : ` on property ${path.join('.').slice(0, 200)}`
  const meaning = property === '' || description === undefined ? '' : ` (${description})`
  return new Refusal(parts[part].code, { message: `${parts[part].intro}: '${text}'${property}${meaning}.` })
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
  for (const form of [schema, ...(schema.anyOf ?? [])]) {
    const next = form.properties && Object.hasOwn(form.properties, step) ? form.properties[step] : form.items
    const found = next && schemaAt(next, rest)
    if (found) return found
  }
  return undefined
}

/** The description of a property, or of the first of its forms (`anyOf`) that has one. */
function descriptionOf(schema: Schema | undefined): string | undefined {
  return schema?.description ?? schema?.anyOf?.map(descriptionOf).find((text) => text !== undefined)
}

function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (parent, step) =>
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, step)
        ? (parent as Record<string, unknown>)[step]
        : undefined,
    value,
  )
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

const limitOf = (error: ValidationError): string => String(error.params['limit'])

function describe(error: ValidationError, schema: Schema | undefined, value: unknown): string {
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0
  switch (error.keyword) {
    case 'type':
      return `Expected type ${String(error.params['type'])} but found type ${typeName(value)}`
    case 'minLength':
      return `String is too short (${length} chars), minimum ${limitOf(error)}`
    case 'maxLength':
      return `String is too long (${length} chars), maximum ${limitOf(error)}`
    case 'minItems':
      return `Array is too short (${length}), minimum ${limitOf(error)}`
    case 'maxItems':
      return `Array is too long (${length}), maximum ${limitOf(error)}`
    case 'maxProperties':
      return `Too many properties defined, maximum ${limitOf(error)}`
    case 'minimum':
    case 'exclusiveMinimum':
      return `Value is less than minimum ${limitOf(error)}`
    case 'maximum':
    case 'exclusiveMaximum':
      return `Value is greater than maximum ${limitOf(error)}`
    case 'pattern':
      return meaningOfPattern(String(error.params['pattern'])) ?? 'The text has another form than the property needs'
    case 'format':
      return error.params['format'] === 'url'
        ? patterns.http_url.meaning
        : `Object didn't pass validation for format ${String(error.params['format'])}`
    case 'enum':
      return `No enum match, expects: ${(schema?.enum ?? []).map(String).join(', ')}`
    default:
      return 'None of the valid schemas were met'
  }
}

/** The error to report of several: an unknown property, a missing property, or else the error at the deepest path. */
function errorToReport(errors: ValidationError[]): ValidationError | undefined {
  const specific = errors.filter(
    ({ keyword, params }) =>
      !['anyOf', 'boolean', 'const', 'oneOf', 'not'].includes(keyword) &&
      !(keyword === 'type' && params['type'] === 'null'),
  )
  return (
    specific.find(({ keyword }) => keyword === 'additionalProperties') ??
    specific.find(({ keyword }) => keyword === 'required') ??
    specific.toSorted((left, right) => right.instancePath.length - left.instancePath.length)[0] ??
    errors[0]
  )
}

function literals(schema: Schema | undefined): string[] {
  return (schema?.anyOf ?? []).flatMap((form) => ('const' in form ? [String(form.const)] : []))
}

function unknownProperties(names: string[]): string {
  const named = names.slice(0, names_max).map((name) => name.slice(0, 100))
  const more = names.length > names_max ? ` and ${names.length - names_max} more` : ''
  return `Additional properties not allowed: ${named.join(', ')}${more}`
}

const formsOf = (schema: Schema): Schema[] => (schema.anyOf ? schema.anyOf.flatMap(formsOf) : [schema])

/** A part of a value that is refused: why, and where. */
type Problem = { text: string; path: string[] }

const under = (name: string | number, { text, path }: Problem): Problem => ({ text, path: [String(name), ...path] })

/** The first array that is too long, or object with too many members, in a value that does not match its schemas. */
function oversized(schemas: Schema[], value: unknown): Problem | undefined {
  const forms = schemas.flatMap(formsOf)
  return Array.isArray(value)
    ? oversizedArray(forms, value)
    : isJsonObject(value)
      ? oversizedObject(forms, value)
      : undefined
}

function oversizedArray(forms: Schema[], value: unknown[]): Problem | undefined {
  const arrays = forms.filter(({ items }) => items)
  if (arrays.length === 0) return undefined
  const most = Math.max(...arrays.map(({ maxItems = Infinity }) => maxItems))
  if (value.length > most) return { text: `Array is too long (${value.length}), maximum ${most}`, path: [] }
  const items = arrays.flatMap((form) => form.items ?? [])
  for (const [nth, item] of value.entries()) {
    const problem = oversized(items, item)
    if (problem) return under(nth, problem)
  }
  return undefined
}

function oversizedObject(forms: Schema[], value: JsonObject): Problem | undefined {
  const objects: Record<string, Schema>[] = forms.flatMap(({ properties }) => (properties ? [properties] : []))
  const records = forms.filter(({ patternProperties }) => patternProperties)
  if (objects.length + records.length === 0) return undefined
  const names = Object.keys(value)
  const known = new Set(objects.flatMap((properties) => Object.keys(properties)))
  const unknown = records.length > 0 ? [] : names.filter((name) => !known.has(name))
  if (unknown.length > names_max) return { text: unknownProperties(unknown), path: [] }
  const most = Math.max(0, ...records.map(({ maxProperties = Infinity }) => maxProperties))
  if (records.length > 0 && names.length > most)
    return { text: `Too many properties defined, maximum ${most}`, path: [] }
  const of_record = records.flatMap((form) => Object.values(form.patternProperties ?? {}))
  // The members of a record without a maximum have any form.
  for (const name of most === Infinity ? known : names) {
    const of_name = objects.flatMap((properties) => (Object.hasOwn(properties, name) ? (properties[name] ?? []) : []))
    const problem = Object.hasOwn(value, name) ? oversized([...of_name, ...of_record], value[name]) : undefined
    if (problem) return under(name, problem)
  }
  return undefined
}

function validationRefusal(part: InputPart, schema: TSchema, value: unknown, errors: ValidationError[]): Refusal {
  const error = errorToReport(errors)
  if (!error) return refusal(part, 'None of the valid schemas were met')
  const path = pathOf(error.instancePath)
  const property = schemaAt(schema, path)
  const description = descriptionOf(property)
  if (error.keyword === 'additionalProperties') {
    const names = (error.params['additionalProperties'] as string[] | undefined) ?? []
    return refusal(part, unknownProperties(names), path, description)
  }
  if (error.keyword === 'required') {
    const [first = ''] = (error.params['requiredProperties'] as string[] | undefined) ?? []
    return refusal(part, `Missing required property: ${first}`, path, description)
  }
  const options = literals(property)
  const text =
    error.keyword === 'const' && options.length > 0
      ? `No enum match, expects: ${options.join(', ')}`
      : describe(error, property, valueAt(value, path))
  return refusal(part, text, path, description)
}

function unstorableText(text: string): Problem | undefined {
  if (text.includes('\0')) return { text: 'Null characters are not allowed', path: [] }
  return text.isWellFormed() ? undefined : { text: 'Text is not well-formed Unicode', path: [] }
}

/** The first text of a value that a store cannot hold: with a NUL character or a lone surrogate. Refuses deep nesting. */
function unstorable(part: InputPart, value: unknown, depth = 0): Problem | undefined {
  if (depth > nesting_max) throw refusal(part, `Nested deeper than ${nesting_max} levels`)
  if (typeof value === 'string') return unstorableText(value)
  if (Array.isArray(value)) {
    for (const [nth, item] of value.entries()) {
      const problem = unstorable(part, item, depth + 1)
      if (problem) return under(nth, problem)
    }
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  for (const name of Object.keys(value)) {
    const of_name = unstorableText(name)
    if (of_name) return of_name
    const problem = unstorable(part, value[name], depth + 1)
    if (problem) return under(name, problem)
  }
  return undefined
}

/**
 * Creates the check of one part of a request.
 *
 * @returns a function that throws {Refusal} `invalid_body`, `invalid_query_string` or `invalid_uri` with a text that names the
 *   property
 */
export function inputCheck(part: InputPart, schema: TSchema): (value: unknown) => void {
  // Each schema is compiled at its first use: compiling all of them at the start would take 50 ms and 4 MiB.
  let validator: Validator | undefined
  return (value) => {
    const unstored = unstorable(part, value)
    if (unstored) throw refusal(part, unstored.text, unstored.path)
    validator ??= Compile(schema)
    if (validator.Check(value)) return
    // Listing the errors visits each member of the value, also after the last error that it lists.
    const too_large = oversized([schema], value)
    if (too_large) {
      const { text, path } = too_large
      throw refusal(part, text, path, descriptionOf(schemaAt(schema, path)))
    }
    const [, errors] = validator.Errors(value)
    throw validationRefusal(part, schema, value, errors)
  }
}
