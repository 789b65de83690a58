import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../contract/refusal.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'

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
