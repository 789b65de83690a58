import type { FastifyRequest } from 'fastify'
import { IdentifierTooLong } from '../base/canonical-identifier.ts'
import { defined } from '../base/defined.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { bodyTooLarge } from './input-limits.ts'

const retry_after_s = 5

/** The refusal of a request while the store cannot be reached, read or written. `message`: where that is known better. */
export const storeUnavailable = (message?: string): Refusal =>
  new Refusal('store_unavailable', { retry_after_s, ...defined({ message }) })

/**
 * The refusal that answers an error: a refusal itself, `store_unavailable`, `identifier_too_long` for an identifier that no earlier
 * check refused, a refusal of a body that cannot be parsed, or `internal` for any other error, which is written to the process log with the route, never with the URL, which may contain a ticket.
 */
export function refusalOf(error: unknown, log: ProcessLog, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof StoreUnavailable) return storeUnavailable()
  if (error instanceof IdentifierTooLong) return new Refusal('identifier_too_long')
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return bodyTooLarge(request)
  if (status === 415) return new Refusal('unsupported_media_type')
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal('malformed_body')
  log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed')
  return new Refusal('internal')
}
