import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { refusalOf } from './answer-refusal.ts'
import { allowOriginOfClient, answerPreflights } from './cors.ts'
import { answerChangePassword, answerSignUp, type DatabaseCall } from './database-connections.ts'
import { optionalText, readFields } from './fields.ts'
import type { DoorParts } from './oauth-parts.ts'
import { parseForms } from './parse-form.ts'

// Clients of these endpoints look for `code` and `description`, or `error`; what is refused of everybody alike has `error` alone.
function bodyOf(refusal: Refusal): Record<string, unknown> {
  const { problem, details, message } = refusal
  if (refusal.code === 'weak_password' && details.body) return details.body
  if (refusal.code === 'signup_disabled') return { error: message }
  const code = details.error ?? problem.error ?? 'invalid_request'
  return {
    name: problem.status >= 500 ? 'ServerError' : 'BadRequestError',
    code,
    description: message,
    statusCode: problem.status,
    error: message,
    ...details.body,
  }
}

/** Mounts `/dbconnections/signup` and `/dbconnections/change_password`. */
export async function mountDatabaseConnections(scope: FastifyInstance, parts: DoorParts): Promise<void> {
  parseForms(scope)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error, parts.log, request)
    const { retry_after_s } = refusal.details
    if (retry_after_s !== undefined) reply.header('retry-after', String(retry_after_s))
    return reply.code(refusal.problem.status).send(bodyOf(refusal))
  })

  async function callOf(request: FastifyRequest, reply: FastifyReply): Promise<DatabaseCall> {
    const tenant = tenantOf(request)
    const fields = readFields(request.body)
    const client_id = optionalText(fields, 'client_id', 256)
    if (client_id !== undefined) await allowOriginOfClient(parts, tenant, client_id, request, reply)
    return { tenant, fields, caller: callerOf(request) }
  }

  scope.post('/dbconnections/signup', async (request, reply) => await answerSignUp(parts, await callOf(request, reply)))
  scope.post('/dbconnections/change_password', async (request, reply) => {
    const answer = await answerChangePassword(parts, await callOf(request, reply))
    return await reply.type('text/html; charset=utf-8').send(answer)
  })
  answerPreflights(scope, '/dbconnections/signup', 'POST')
  answerPreflights(scope, '/dbconnections/change_password', 'POST')
}
