import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { knownRefusal } from '../http/known-refusal.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'

/**
 * The refusal that answers an error: a refusal itself, `store_unavailable`, a refusal of a body that cannot be parsed, or `internal`
 * for any other error, which is written to the process log.
 */
export function refusalOf(error: unknown, log: ProcessLog, request: FastifyRequest): Refusal {
  const known = knownRefusal(error)
  if (known) return known
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new Refusal('body_too_large')
  if (status === 415) return new Refusal('unsupported_media_type')
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal('malformed_body')
  log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed')
  return new Refusal('internal')
}

/** The `error` code of a refusal: the code that a script chose, the OAuth code, or the code of the Management API. */
export function errorCodeOf({ problem, details }: Refusal): string {
  return details.error ?? problem.error ?? problem.errorCode ?? 'invalid_request'
}

/** Answers a refusal as an OAuth error (RFC 6749 section 5.2) with the status that Auth0 answers. */
export function answerRefusal(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, details } = refusal
  setRetryAfter(reply, refusal)
  if (refusal.code === 'invalid_client' && request.headers.authorization !== undefined) {
    reply.header('www-authenticate', 'Basic realm="token endpoint"')
  }
  return reply.code(problem.status).send({
    error: errorCodeOf(refusal),
    error_description: refusal.message,
    ...details.body,
  })
}
