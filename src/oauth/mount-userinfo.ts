import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { bearerToken } from '../http/bearer-token.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { answerRefusal } from './answer-refusal.ts'
import { allowEveryOrigin, answerPreflights } from './cors.ts'
import { optionalText, readFields } from './request-fields.ts'
import { addBodyParsers } from './add-body-parsers.ts'
import { userinfoFor, type UserinfoDeps } from './userinfo-endpoint.ts'

const token_max = 16_384

// RFC 6750 section 2: the header, the query (as older clients send it), or the body.
function readToken(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) return bearerToken(authorization)
  return (
    optionalText(readFields(request.query), 'access_token', token_max) ??
    optionalText(readFields(request.body), 'access_token', token_max)
  )
}

/** Mounts `/userinfo` for GET and POST. */
export async function mountUserinfo(scope: FastifyInstance, deps: UserinfoDeps & { log: ProcessLog }): Promise<void> {
  addBodyParsers(scope)
  allowEveryOrigin(scope)
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error, deps.log, request)
    if (refusal.problem.status === 401) {
      // RFC 6750 section 3.1: the challenge for a request without a token has no error code.
      const challenge = refusal.code === 'missing_authentication' ? '' : ` error="invalid_token"`
      reply.header('www-authenticate', `Bearer${challenge}`)
    }
    return answerRefusal(refusal, request, reply)
  })
  scope.route({
    method: ['GET', 'POST'],
    url: '/userinfo',
    async handler(request, reply) {
      const token = readToken(request)
      if (token === undefined) throw new Refusal('missing_authentication', { error: 'unauthorized' })
      const claims = await userinfoFor(deps, tenantOf(request), token)
      return await reply.header('cache-control', 'no-store').send(claims)
    },
  })
  answerPreflights(scope, '/userinfo', 'GET, POST')
}
