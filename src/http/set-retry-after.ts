import type { FastifyReply } from 'fastify'
import type { Refusal } from '../contract/refusal.ts'

/** Sets the `Retry-After` header (RFC 9110 section 10.2.3) of a refusal that names a time after which to try again. */
export function setRetryAfter(reply: FastifyReply, { details }: Refusal): void {
  if (details.retry_after_s !== undefined) reply.header('retry-after', String(details.retry_after_s))
}
