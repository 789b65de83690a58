import type { FastifyRequest } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'

const retry_after_s = 5

/** The refusal of a request while the store cannot be reached, read or written. */
export const storeUnavailable = (): Refusal => new Refusal('store_unavailable', { retry_after_s })

/**
 * The refusal that answers an error: a refusal itself, `store_unavailable`, a refusal of a body that cannot be parsed, or `internal`
 * for any other error, which is written to the process log with the route, never with the URL, which may contain a ticket.
 */
export function refusalOf(error: unknown, log: ProcessLog, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof StoreUnavailable) return storeUnavailable()
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new Refusal('body_too_large')
  if (status === 415) return new Refusal('unsupported_media_type')
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal('malformed_body')
  log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed')
  return new Refusal('internal')
}
