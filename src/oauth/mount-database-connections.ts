import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import type { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { languageOfTenant } from '../tenants/choose-language.ts'
import { errorCodeOf } from './answer-refusal.ts'
import { allowOriginOfClient, answerPreflights } from './cors.ts'
import {
  answerChangePassword,
  answerSignUp,
  type DatabaseCall,
  type DatabaseConnectionsDeps,
} from './sign-up-and-reset-endpoints.ts'
import { optionalText, readFields } from './request-fields.ts'
import { addBodyParsers } from './add-body-parsers.ts'

// Auth0's clients read `code` and `description` of a failed sign-up, and `error` of a failed reset and of a disabled sign-up.
function errorBody(refusal: Refusal, path: string): Record<string, unknown> {
  const { problem, details, message } = refusal
  if (refusal.code === 'weak_password' && details.body) return details.body
  if (refusal.code === 'signup_disabled' || path === reset_path) return { error: message, ...details.body }
  return {
    name: problem.status >= 500 ? 'ServerError' : 'BadRequestError',
    code: errorCodeOf(refusal),
    description: message,
    statusCode: problem.status,
    ...details.body,
  }
}

const sign_up_path = '/dbconnections/signup'
const reset_path = '/dbconnections/change_password'

/** Mounts `/dbconnections/signup` and `/dbconnections/change_password`. */
export async function mountDatabaseConnections(
  scope: FastifyInstance,
  deps: DatabaseConnectionsDeps & { log: ProcessLog },
): Promise<void> {
  addBodyParsers(scope)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error, deps.log, request)
    setRetryAfter(reply, refusal)
    return reply.code(refusal.problem.status).send(errorBody(refusal, request.routeOptions.url ?? ''))
  })

  async function readCall(request: FastifyRequest, reply: FastifyReply): Promise<DatabaseCall> {
    const tenant = tenantOf(request)
    const fields = readFields(request.body)
    const client_id = optionalText(fields, 'client_id', 256)
    if (client_id !== undefined) await allowOriginOfClient(deps.clients, tenant, client_id, request, reply)
    // The languages of the page are known to the client; those of the browser are the next best.
    const ui_locales = String(request.headers['x-request-language'] ?? '')
    const language = languageOfTenant(tenant, { ui_locales, accept_language: request.headers['accept-language'] })
    return { tenant, fields, language, caller: callerOf(request) }
  }

  scope.post(sign_up_path, async (request, reply) => await answerSignUp(deps, await readCall(request, reply)))
  scope.post(reset_path, async (request, reply) => {
    const answer = await answerChangePassword(deps, await readCall(request, reply))
    return await reply.type('text/html; charset=utf-8').send(answer)
  })
  answerPreflights(scope, sign_up_path, 'POST')
  answerPreflights(scope, reset_path, 'POST')
}
