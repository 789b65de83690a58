/**
 * Management: mounts the contract map below /api/v2. Every request passes the same steps (token, rate limit, scope, input) before its
 * handler, and every write is logged. It knows no pages and no grants.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { openApiDocument } from '../contract/openapi.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Route } from '../contract/route.ts'
import { routes, type RouteName } from '../contract/routes.ts'
import { callerOf } from '../http/caller-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, type Tenant } from '../tenants/tenant.ts'
import { answerErrors } from './answer-errors.ts'
import { authorizeRoute, readBearerToken, type BearerToken } from './bearer-token.ts'
import { inputCheck } from './check-input.ts'
import type { Call, Handler } from './handler.ts'
import { createHandlers, type HandlersDeps } from './handlers.ts'
import { logApiEvent } from './log-api-event.ts'
import { missingScope } from './missing-scope.ts'
import { projectFields } from './project-fields.ts'
import { createRateLimit, type Allowance } from './rate-limit.ts'
import { readStrings } from './read-strings.ts'

/** What the Management API needs. */
export type ManagementDeps = HandlersDeps & {
  db: Db
  clock: Clock
  log: ProcessLog
  keys: Pick<SigningKeys, 'verificationKey'>
  site: { scheme: 'http' | 'https' }
  requests_per_second: number
}

type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<BearerToken>

const prefix = '/api/v2'

function setRateLimitHeaders(reply: FastifyReply, allowance: Allowance): void {
  reply.header('x-ratelimit-limit', String(allowance.limit))
  reply.header('x-ratelimit-remaining', String(allowance.remaining))
  reply.header('x-ratelimit-reset', String(allowance.reset_s))
}

/** The token is verified before the request is counted, so that a caller without one cannot use up a tenant's allowance. */
function authentication(deps: ManagementDeps): Authenticate {
  const rate = createRateLimit(deps.clock, deps.requests_per_second)
  return async (request, reply) => {
    const tenant = tenantOf(request)
    setRateLimitHeaders(reply, rate.look(tenant.tenant_id))
    const issuer = issuerOf(tenant, deps.site.scheme)
    const token = await readBearerToken(deps, tenant, issuer, request.headers.authorization)
    const allowance = rate.take(tenant.tenant_id)
    setRateLimitHeaders(reply, allowance)
    if (!allowance.allowed) throw new Refusal('too_many_requests', { retry_after_s: 1 })
    return token
  }
}

const isForm = (request: FastifyRequest): boolean =>
  request.headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true

/** Refuses a missing body, and JSON sent as a form (curl's default content type), with a clear message. */
function requireJson(request: FastifyRequest): void {
  const { body } = request
  const refuse = (what: string): never => {
    throw new Refusal('invalid_body', { message: `Payload validation error: '${what}'.` })
  }
  if (body === undefined) refuse('The body is missing: send a JSON object')
  const [first = ''] = isForm(request) && typeof body === 'object' && body !== null ? Object.keys(body) : []
  if (first.trimStart().startsWith('{'))
    refuse('The body is JSON: send it with the header content-type: application/json')
}

type Input = { params: unknown; query: unknown; body: unknown }

/** Creates the function that reads and checks parameters, query and body of a route's requests. */
function inputReader(route: Route): (request: FastifyRequest) => Input {
  const checkParams = route.params && inputCheck('params', route.params)
  const checkQuery = route.query && inputCheck('query', route.query)
  const checkBody = route.body && inputCheck('body', route.body)
  return (request) => {
    checkParams?.(request.params)
    const query = route.query ? readStrings(route.query, { ...(request.query as JsonObject) }) : {}
    checkQuery?.(query)
    if (route.body) requireJson(request)
    const body = route.body && isForm(request) ? readStrings(route.body, request.body) : request.body
    checkBody?.(body)
    return { params: request.params, query, body }
  }
}

const queryOf = (query: unknown): JsonObject => (isJsonObject(query) ? query : {})

function requireOperator(route: Route, tenant: Tenant): void {
  if (route.operator === true && !tenant.is_default) throw new Refusal('operator_only')
}

function mountRoute<R extends Route>(
  app: FastifyInstance,
  deps: ManagementDeps,
  authenticate: Authenticate,
  route: R,
  handle: Handler<R>,
): void {
  const tokens = new WeakMap<FastifyRequest, BearerToken>()
  const readInput = inputReader(route)
  app.route({
    method: route.method,
    url: route.url.slice(prefix.length),
    onRequest: async (request, reply) => {
      const token = await authenticate(request, reply)
      authorizeRoute(token, route, request.params)
      requireOperator(route, tenantOf(request))
      tokens.set(request, token)
    },
    handler: async (request, reply) => {
      const token = tokens.get(request)
      if (!token) throw new Refusal('missing_authentication')
      const tenant = tenantOf(request)
      const caller = callerOf(request)
      const { params, query, body } = readInput(request)
      // The input was checked against the schemas: the types of the contract hold.
      const call = { tenant, issuer: issuerOf(tenant, deps.site.scheme), token, caller, params, query, body, header }
      function header(name: string, value: string): void {
        reply.header(name, value)
      }
      const writes = route.method !== 'GET'
      const answer = await handle(call as Call<R>)
      if (writes) {
        const path = request.url.split('?')[0] ?? ''
        await logApiEvent(deps, {
          route,
          path,
          tenant,
          token,
          caller,
          query: queryOf(query),
          body,
          status: route.status,
        })
      }
      reply.header('cache-control', 'no-store').code(route.status)
      if (answer === null) return await reply.send()
      return await reply.send(projectFields(answer, queryOf(query), route.list))
    },
  })
}

/** SDKs name the type of a body also where they send none. */
function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, String(body), done)
  })
}

/** Mounts the Management API below `/api/v2`. Needs the tenant of each request resolved. */
export async function mountManagement(app: FastifyInstance, deps: ManagementDeps): Promise<void> {
  const authenticate = authentication(deps)
  const handlers = createHandlers(deps)
  await app.register(
    async (api) => {
      readJsonBodies(api)
      answerErrors(api, deps.log)
      for (const name of Object.keys(routes) as RouteName[]) {
        mountRoute<Route>(api, deps, authenticate, routes[name], handlers[name])
      }
      api.get('/openapi.json', (request) => openApiDocument(issuerOf(tenantOf(request), deps.site.scheme)))
      // A route that does not exist answers that a scope is missing: Auth0's tools skip it then, and fail at a 404.
      api.setNotFoundHandler(async (request, reply) => {
        await authenticate(request, reply)
        const scope = missingScope(request.method, request.url.slice(prefix.length))
        throw new Refusal('insufficient_scope', { message: `Insufficient scope, expected any of: ${scope}` })
      })
    },
    { prefix },
  )
}
