import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { sendRefusal } from '../management/answer-errors.ts'
import { answerRefusal } from '../oauth/answer-refusal.ts'

const management_path = /^(?:\/t\/[^/]*)?\/api\/v2\//

/**
 * Answers a request whose path the router cannot read: it cannot be decoded, or a part of it is too long. No route is found for it, so that
 * the error handlers of routes do not see it. The answer has the form of the Management API below its prefix, and that of OAuth elsewhere.
 */
export function answerBadPath({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const why = code === 'FST_ERR_BAD_URL' ? 'The path cannot be decoded' : 'A part of the path is too long'
  const refusal = new Refusal('invalid_uri', { message: `Path validation error: '${why}'.` })
  if (management_path.test(request.url)) void sendRefusal(reply, refusal)
  else void answerRefusal(refusal, request, reply)
}
