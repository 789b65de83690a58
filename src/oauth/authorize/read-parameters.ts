import { Refusal } from '../../contract/refusal.ts'
import type { Parameters } from './authorization-request.ts'

/**
 * The parameters of a query or a form; empty ones count as absent (RFC 6749 section 3.1).
 *
 * @throws {Refusal} `invalid_request` for a parameter that is sent twice, and for NUL characters and lone surrogates
 */
export function readParameters(fields: unknown): Parameters {
  if (typeof fields !== 'object' || fields === null) return {}
  const read = Object.entries(fields as Record<string, unknown>).flatMap(([name, value]) => {
    if (typeof value !== 'string') {
      throw new Refusal('invalid_request', { message: `The parameter ${name.slice(0, 100)} was sent more than once.` })
    }
    if (value.includes('\u0000') || !value.isWellFormed()) {
      throw new Refusal('invalid_request', {
        message: `The parameter ${name.slice(0, 100)} holds characters that are not allowed.`,
      })
    }
    return value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(read)
}
