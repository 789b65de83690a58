/**
 * Management: mounts the operations of the contract below /api/v2. Every request passes the same steps (token, rate limit, scope, input) before its
 * handler. A successful write is logged after its commit, so that the log lacks it if the process or the store fails in between. This folder
 * knows no pages and no grants.
 */
import { parse } from 'node:querystring'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { canBeLogged } from '../contract/logged-operations.ts'
import { openApiDocument } from '../contract/openapi.ts'
import { Refusal, invalidBody } from '../contract/refusal.ts'
import type { Route, SentFile } from '../contract/route.ts'
import { routes, type RouteName } from '../contract/routes.ts'
import { addJsonParser } from '../http/add-json-parser.ts'
import { callerOf } from '../http/caller-of.ts'
import { allowLongBody } from '../http/input-limits.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { answerErrors } from './answer-errors.ts'
import { readAdminToken } from './admin-token.ts'
import { authorizeRoute, readBearerToken, type BearerToken } from './authorize-route.ts'
import { inputCheck } from './input-check.ts'
import { createEventStreams, type EventStreams } from './event-streams.ts'
import type { Call, Handler } from './handler.ts'
import { createHandlers, type HandlersDeps } from './handlers.ts'
import { logApiEvent } from './log-api-event.ts'
import { beginChange, connectionOf, createdId, resourceReaders, type ResourceReaders } from './observe-change.ts'
import { projectFields } from './project-fields.ts'
import { mountDownloads } from './job-downloads.ts'
import type { Allowance, RateLimit } from './rate-limit.ts'
import { readForm } from './read-form.ts'
import { convertStrings } from './convert-strings.ts'
import { scopeOfUnknownRoute } from './scope-of-unknown-route.ts'
import { sendFile } from './send-file.ts'
import { sendJson } from './send-json.ts'
import { tokenOfRules } from './token-of-rules.ts'

/** Dependencies of the Management API. */
export type ManagementDeps = HandlersDeps & {
  db: Db
  clock: Clock
  log: ProcessLog
  keys: Pick<SigningKeys, 'verificationKey'>
  site: Site
  /** Requests per second and tenant, counted over all origins. */
  request_rate: RateLimit
}

/** The tenant of an authenticated request, and its token. */
type Access = { tenant: Tenant; token: BearerToken }
type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<Access>
type FindAccess = (request: FastifyRequest) => Promise<Access>

const prefix = '/api/v2'

// Larger than that of an endpoint without a token: a request is authenticated before its body is read.
const body_max_bytes = 1_048_576

function setRateLimitHeaders(reply: FastifyReply, allowance: Allowance): void {
  reply.header('x-ratelimit-limit', String(allowance.limit))
  reply.header('x-ratelimit-remaining', String(allowance.remaining))
  reply.header('x-ratelimit-reset', String(allowance.reset_s))
}

/** The token is verified before the request is counted: requests without a token do not use up the tenant's rate limit. */
function createAuthenticate({ request_rate }: ManagementDeps, findAccess: FindAccess): Authenticate {
  return async (request, reply) => {
    setRateLimitHeaders(reply, request_rate.peek(tenantOf(request).tenant_id))
    const access = await findAccess(request)
    const allowance = request_rate.take(access.tenant.tenant_id)
    setRateLimitHeaders(reply, allowance)
    if (!allowance.allowed) throw new Refusal('too_many_requests', { retry_after_s: 1 })
    return access
  }
}

const isForm = (request: FastifyRequest): boolean =>
  request.headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true

const isMultipart = (request: FastifyRequest): boolean =>
  request.headers['content-type']?.toLowerCase().startsWith('multipart/form-data') === true

/** Refuses a request without a body, and JSON with the content type of a form (curl's default). */
function requireJson(request: FastifyRequest): void {
  const { body } = request
  if (body === undefined) throw invalidBody('The body is missing: send a JSON object')
  const [first_name = ''] = isForm(request) && typeof body === 'object' && body !== null ? Object.keys(body) : []
  if (first_name.trimStart().startsWith('{'))
    throw invalidBody('The body is JSON: send it with the header content-type: application/json')
}

type Input = { params: unknown; query: unknown; body: unknown }

/** Creates the function that reads and checks the parameters, the query and the body of a route's requests. */
function inputReader(route: Route): (request: FastifyRequest) => Input {
  const checkParams = route.params && inputCheck('params', route.params)
  const checkQuery = route.query && inputCheck('query', route.query)
  const checkBody = route.body && inputCheck('body', route.body)
  return (request) => {
    const params = route.params ? convertStrings(route.params, paramsOf(request)) : {}
    checkParams?.(params)
    const query = route.query ? convertStrings(route.query, { ...(request.query as JsonObject) }) : {}
    checkQuery?.(query)
    // The handler reads a form.
    if (route.form && (!route.body || isMultipart(request))) return { params, query, body: null }
    if (route.body) requireJson(request)
    const body = route.body && isForm(request) ? convertStrings(route.body, request.body) : request.body
    checkBody?.(body)
    return { params, query, body }
  }
}

const queryOf = (query: unknown): JsonObject => (isJsonObject(query) ? query : {})

function isLoggedRead({ logged_with, admins_logged_unless }: Route, query: unknown, { subject }: BearerToken): boolean {
  const of_admin = admins_logged_unless !== undefined && subject === 'admin'
  return (
    (logged_with !== undefined && queryOf(query)[logged_with] === true) ||
    (of_admin && queryOf(query)[admins_logged_unless] !== false)
  )
}

/** Whether a request is logged as one that changed data. */
const isLogged = (route: Route, query: unknown, token: BearerToken): boolean =>
  canBeLogged(route) && (route.method !== 'GET' || isLoggedRead(route, query, token))

const isSentFile = (answer: unknown): answer is SentFile =>
  isJsonObject(answer) && Symbol.asyncIterator in Object(answer['content'])

const fileTypeOf = ({ type = 'application/octet-stream' }: SentFile): string => type

/** Whether no answer of a route has a body. */
const hasNoContent = ({ response }: Route): boolean => 'type' in response && response.type === 'null'

function requireOperator(route: Route, tenant: Tenant): void {
  if (route.operator === true && !tenant.is_default) throw new Refusal('operator_only')
}

/** The parameters of a route, without the tenant in the path of the admin origin. */
function paramsOf(request: FastifyRequest): JsonObject {
  const { tenant_id: _of_path, ...params } = request.params as JsonObject
  return params
}

/** What the routes of one origin share. */
type Mounted = { authenticate: Authenticate; findAccess: FindAccess; streams: EventStreams; readers: ResourceReaders }

function mountRoute<R extends Route>(
  app: FastifyInstance,
  deps: ManagementDeps,
  { authenticate, findAccess, streams, readers }: Mounted,
  { name, route, handle }: { name: RouteName; route: R; handle: Handler<R> },
): void {
  const accesses = new WeakMap<FastifyRequest, Access>()
  const readInput = inputReader(route)
  app.route({
    method: route.method,
    url: route.url.slice(prefix.length),
    bodyLimit: body_max_bytes,
    onRequest: async (request, reply) => {
      const access = await authenticate(request, reply)
      authorizeRoute(access.token, route, paramsOf(request))
      requireOperator(route, access.tenant)
      if (route.form) allowLongBody(request)
      accesses.set(request, access)
    },
    handler: async (request, reply) => {
      const access = accesses.get(request)
      if (!access) throw new Refusal('missing_authentication')
      const { tenant, token } = access
      const caller = callerOf(request)
      const { params, query, body } = readInput(request)
      // The input was checked against the schemas: the types of the contract hold.
      const issuer = issuerOf(tenant, deps.site.scheme)
      const call = { tenant, issuer, token, caller, params, query, body, readForm: readForm(request), header }
      function header(name: string, value: string): void {
        reply.header(name, value)
      }
      const change = await beginChange(readers, route, call as Call<Route>)
      const answer = await handle(call as Call<R>)
      if (isLogged(route, query, token)) {
        const path = request.url.split('?')[0] ?? ''
        await logApiEvent(deps, {
          operation: name,
          created_id: createdId(route, answer),
          ...(await change(answer)),
          connection_id: connectionOf(route, params as JsonObject, answer),
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
      reply.header('cache-control', 'no-store')
      if (route.event_stream === true) {
        const authorize = async (): Promise<void> => authorizeRoute((await findAccess(request)).token, route, params)
        // A proxy must not collect the events.
        reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
        return await reply.send(streams.open({ tenant_id: tenant.tenant_id, reader: token.sub }, answer, authorize))
      }
      // Where a route answers something else, nothing was there to answer, or to delete.
      if (answer === null) return await reply.code(hasNoContent(route) ? route.status : 204).send()
      if (route.file !== undefined) return await sendFile(reply, route.file, answer)
      if (route.or_file !== undefined && isSentFile(answer)) return await sendFile(reply, fileTypeOf(answer), answer)
      reply.code(route.status)
      return await sendJson(reply, projectFields(answer, queryOf(query), route.list), route.list)
    },
  })
}

// A repeated field becomes an array.
const parseForm = async (_request: unknown, body: string) => parse(body, undefined, undefined, { maxKeys: 0 })

/** Mounts the operations of the Management API below `api`, a scope of its own. */
async function mountRoutes(api: FastifyInstance, deps: ManagementDeps, findAccess: FindAccess): Promise<void> {
  const streams = createEventStreams(deps.log)
  // An open stream would delay the stop.
  api.addHook('preClose', async () => streams.close())
  const handlers = createHandlers(deps)
  const readers = resourceReaders(handlers)
  const mounted = { authenticate: createAuthenticate(deps, findAccess), findAccess, streams, readers }
  api.removeContentTypeParser(['application/json', 'text/plain'])
  addJsonParser(api)
  api.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parseForm)
  answerErrors(api, deps.log)
  const mount = (scope: FastifyInstance, has_form: boolean): void => {
    for (const name of Object.keys(routes) as RouteName[]) {
      const route: Route = routes[name]
      const handle: Handler<Route> = handlers[name]
      if ((route.form !== undefined) === has_form) mountRoute(scope, deps, mounted, { name, route, handle })
    }
  }
  mount(api, false)
  await api.register(async (scope) => {
    // The handler reads the form, a file of which is not kept in memory.
    scope.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload))
    mount(scope, true)
  })
  // An unknown route is answered with `insufficient_scope`: Auth0's tools skip such a route, and stop at a 404.
  api.setNotFoundHandler(async (request, reply) => {
    await mounted.authenticate(request, reply)
    const path = request.url.slice(request.url.indexOf(prefix) + prefix.length)
    const scope = scopeOfUnknownRoute(request.method, path)
    throw new Refusal('insufficient_scope', { message: `Insufficient scope, expected any of: ${scope}` })
  })
}

/** Mounts the Management API of tenants below `/api/v2`, for the tokens of each tenant. The tenant of each request must be resolved. */
export async function mountManagement(app: FastifyInstance, deps: ManagementDeps): Promise<void> {
  const findAccess: FindAccess = async (request) => {
    const tenant = tenantOf(request)
    const own = tokenOfRules(request, tenant)
    if (own) return { tenant, token: own }
    const issuer = issuerOf(tenant, deps.site.scheme)
    return { tenant, token: await readBearerToken(deps, tenant, issuer, request.headers.authorization) }
  }
  await app.register(
    async (api) => {
      await mountRoutes(api, deps, findAccess)
      mountDownloads(api, deps)
      api.get('/openapi.json', (request) => openApiDocument(issuerOf(tenantOf(request), deps.site.scheme)))
    },
    { prefix },
  )
}

/**
 * Mounts the Management API of each tenant below `/t/{tenant_id}/api/v2` of the admin origin, for the tokens of admins. The system tenant
 * must be resolved.
 */
export async function mountAdminManagement(app: FastifyInstance, deps: ManagementDeps): Promise<void> {
  const findAccess: FindAccess = async (request) => {
    const { tenant_id } = request.params as { tenant_id: string }
    return await readAdminToken(deps, tenantOf(request), tenant_id, request.headers.authorization)
  }
  await app.register(async (api) => mountRoutes(api, deps, findAccess), { prefix: `/t/:tenant_id${prefix}` })
}
