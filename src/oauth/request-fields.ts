import { isJsonObject } from '../base/json.ts'
import { Refusal } from '../contract/refusal.ts'
import { open_body_max_bytes, parameters_max } from '../http/input-limits.ts'

/** The parameters of a request. Unknown parameters are ignored (RFC 6749 section 3.2). */
export type Fields = Readonly<Record<string, unknown>>

const text_max = 8192

/** The longest identifier or password that an endpoint reads: the size of a body. The login checks its own, lower limits. */
export const credential_max = open_body_max_bytes

/**
 * The parameters of a JSON or form body; without a body there are none.
 *
 * @throws {Refusal} `invalid_request` for JSON that is not an object, `too_many_parameters` for more than 100 of them
 */
export function readFields(body: unknown): Fields {
  if (body === undefined || body === null) return {}
  if (isJsonObject(body)) {
    if (Object.keys(body).length > parameters_max) throw new Refusal('too_many_parameters')
    return body
  }
  throw new Refusal('invalid_request', { message: 'The body must be a JSON object or a form.' })
}

/**
 * A text parameter; undefined where it is absent or empty.
 *
 * @throws {Refusal} `invalid_request` for another type, a text that is too long, NUL characters and lone surrogates
 */
export function optionalText(fields: Fields, name: string, max = text_max): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') {
    throw new Refusal('invalid_request', { message: `The parameter ${name} must be one string.` })
  }
  if (value.length > max) throw new Refusal('invalid_request', { message: `The parameter ${name} is too long.` })
  if (value.includes('\u0000') || !value.isWellFormed()) {
    throw new Refusal('invalid_request', { message: `The parameter ${name} holds characters that are not allowed.` })
  }
  return value
}

/**
 * A required text parameter.
 *
 * @throws {Refusal} `invalid_request` where it is absent, and as `optionalText`
 */
export function requiredText(fields: Fields, name: string, max = text_max): string {
  const value = optionalText(fields, name, max)
  if (value !== undefined) return value
  throw new Refusal('invalid_request', { message: `Missing required parameter: ${name}` })
}

/** The values of a `scope` parameter, each once, in order; undefined where none was sent (RFC 6749 section 3.3). */
export function requestedScope(fields: Fields): string[] | undefined {
  const text = optionalText(fields, 'scope')
  if (text === undefined) return undefined
  return splitScope(text)
}

/** The values of a scope text, each once, in order. */
export function splitScope(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((value) => value !== ''))]
}
