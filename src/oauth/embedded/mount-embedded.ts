import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ProcessLog } from '../../base/process-log.ts'
import type { ProblemCode } from '../../contract/problems.ts'
import { Refusal } from '../../contract/refusal.ts'
import { addJsonParser } from '../../http/add-json-parser.ts'
import { refusalOf } from '../../http/refusal-of.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { answerRefusal, errorCodeOf } from '../answer-refusal.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import { allowEveryOrigin, answerPreflights } from '../cors.ts'
import { RestartLogin } from '../sign-in/restart-login.ts'
import type { SignInDeps } from '../sign-in/sign-in.ts'
import { clientScript, type ClientScriptDeps } from './client-script.ts'
import { mountCoAuthenticate, type CoAuthenticateDeps } from './mount-co-authenticate.ts'
import { answerPageLogin } from './page-login.ts'

/** Dependencies of the endpoints of embedded login. */
export type EmbeddedDeps = CoAuthenticateDeps & SignInDeps & ClientScriptDeps & { log: ProcessLog }

// Auth0's codes, by which Lock chooses a text. Every other refusal has its OAuth code.
const error_codes: Partial<Record<ProblemCode, string>> = {
  wrong_credentials: 'invalid_user_password',
  user_blocked: 'blocked_user',
  login_expired: 'session_missing',
  cookies_missing: 'session_missing',
}

function refusalOfPage(error: unknown, log: ProcessLog, request: FastifyRequest): Refusal {
  if (error instanceof RestartLogin) return new Refusal('login_expired')
  if (error instanceof AuthorizationError) {
    return new Refusal('invalid_request', { message: error.message, error: error.error })
  }
  return refusalOf(error, log, request)
}

/** Mounts the login of a tenant's own page, and what Lock asks for there: no session of another application is shown. */
async function mountPageLogin(scope: FastifyInstance, deps: EmbeddedDeps): Promise<void> {
  scope.removeAllContentTypeParsers()
  addJsonParser(scope)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  scope.setErrorHandler((error, request, reply) => {
    const refusal = refusalOfPage(error, deps.log, request)
    setRetryAfter(reply, refusal)
    const statusCode = refusal.code === 'wrong_credentials' ? 401 : refusal.problem.status
    return reply.code(statusCode).send({
      name: 'ValidationError',
      code: error_codes[refusal.code] ?? errorCodeOf(refusal),
      description: refusal.message,
      statusCode,
    })
  })
  scope.post('/usernamepassword/login', async (request, reply) => {
    return await reply.type('text/html; charset=utf-8').send(await answerPageLogin(deps, request))
  })
  scope.get('/user/ssodata', async () => ({ sso: false }))
}

const challenge_paths = [
  '/usernamepassword/challenge',
  '/dbconnections/signup/challenge',
  '/dbconnections/change_password/challenge',
]

/** Mounts the questions of Auth0's clients whether a form needs a captcha: none does. */
async function mountChallenges(scope: FastifyInstance): Promise<void> {
  allowEveryOrigin(scope)
  for (const path of challenge_paths) {
    scope.post(path, async () => ({ required: false }))
    answerPreflights(scope, path, 'POST')
  }
}

async function mountClientScript(scope: FastifyInstance, deps: EmbeddedDeps): Promise<void> {
  scope.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, deps.log, request), request, reply))
  scope.get<{ Params: { file: string } }>('/client/:file', async (request, reply) => {
    const client_id = /^([\w-]{1,256})\.js$/.exec(request.params.file)?.[1]
    if (client_id === undefined) throw new Refusal('not_found')
    const script = await clientScript(deps, tenantOf(request), client_id)
    return await reply
      .type('application/x-javascript; charset=utf-8')
      .headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
      .headers({ 'cross-origin-resource-policy': 'cross-origin' })
      .send(script)
  })
}

/** Mounts the endpoints that login forms of applications and of a tenant's own login page call in the background. */
export async function mountEmbedded(app: FastifyInstance, deps: EmbeddedDeps): Promise<void> {
  await app.register(async (scope) => await mountCoAuthenticate(scope, deps))
  await app.register(async (scope) => await mountPageLogin(scope, deps))
  await app.register(async (scope) => await mountChallenges(scope))
  await app.register(async (scope) => await mountClientScript(scope, deps))
}
