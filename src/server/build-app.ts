/**
 * Server: composes the modules, listens, runs the first start and the commands. It decides nothing about users.
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import { isoTime } from '../base/time.ts'
import { isLoopbackHost } from '../config/admin-url.ts'
import type { Config } from '../config/config.ts'
import { limitBodyTime, limitQueries, open_body_max_bytes } from '../http/input-limits.ts'
import { refusalOf, storeUnavailable } from '../http/refusal-of.ts'
import { domainOfHost, hostHeader, resolveAdminOrigin, resolveTenants } from '../http/tenant-of.ts'
import { mountAdminManagement, mountManagement, type ManagementDeps } from '../management/mount-management.ts'
import { answerRefusal } from '../oauth/answer-refusal.ts'
import { mountAdminOauth, mountOauth, type OauthDeps } from '../oauth/mount-oauth.ts'
import { mountAdminPages, mountPages, type AdminPagesDeps, type PagesDeps } from '../pages/mount-pages.ts'
import type { WriteCheck } from '../store/write-check.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import type { Site } from '../tenants/tenant.ts'
import { answerBadPath } from './answer-bad-path.ts'
import { readTls } from './read-tls.ts'
import { warnOfUntrustedProxy, type ForwardingSeen } from './warn-untrusted-proxy.ts'

const header_timeout_ms = 15_000
const body_timeout_ms = 30_000
// The longest upload of a file.
const request_timeout_ms = 3_600_000
// The readiness probe is answered within this time even if the store does not answer.
const ready_within_ms = 2000

function serverOf(config: Config) {
  const options = {
    headersTimeout: header_timeout_ms,
    requestTimeout: request_timeout_ms,
    // How often Node checks the two limits above; its default of 30 s would extend them.
    connectionsCheckingInterval: 2000,
    keepAliveTimeout: 72_000,
  }
  const tls = readTls(config)
  return (handler: RequestListener): Server =>
    tls ? createHttpsServer({ ...options, ...tls }, handler) : createServer(options, handler)
}

// Requests that another app answers and logs.
const forwarded = new WeakSet<FastifyRequest>()

/** The admin origin that shares the port of the tenants: its domain, and its app, which is ready. */
export type SharedOrigin = { domain: string; app: FastifyInstance }

/** Passes requests for the admin origin on to its app, where both share a port. */
function forwardToAdmins(
  app: FastifyInstance,
  scheme: Site['scheme'],
  sharedOrigin: () => SharedOrigin | undefined,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const admins = sharedOrigin()
    if (!admins || domainOfHost(hostHeader(request), scheme) !== admins.domain) return
    forwarded.add(request)
    reply.hijack()
    admins.app.routing(request.raw, reply.raw)
  })
}

function logRequests(app: FastifyInstance, log: ProcessLog): void {
  app.addHook('onResponse', (request, reply, done) => {
    if (forwarded.has(request)) return done()
    // The route's pattern, never the URL: URLs contain tickets and tokens.
    const route = request.routeOptions.url ?? 'unknown'
    // Probes come every few seconds; only failures are of interest.
    const level = route.startsWith('/health/') && reply.statusCode < 400 ? 'debug' : 'info'
    log[level](
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
      },
      'request',
    )
    done()
  })
}

/** Closes each connection after its response while the server stops: an idle keep-alive connection would delay the stop. */
function closeWhenStopping(app: FastifyInstance): void {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close')
    done()
  })
}

/** The state of the server and its store. */
export type Health = {
  /** Whether the store can be written and the first start is complete. */
  isReady(): Promise<boolean>
  /** False while it is known that the store cannot be written. */
  isWritable(): boolean
  /** Why it cannot be written, and since when. */
  problem: WriteCheck['problem']
}

/** Whether the server is ready; false where that takes longer than a probe waits. */
async function isReadyInTime({ isReady }: Health): Promise<boolean> {
  const late = new AbortController()
  const in_time = sleep(ready_within_ms, false, { signal: late.signal }).catch(() => false)
  const ready = await Promise.race([isReady().catch(() => false), in_time])
  late.abort()
  return ready
}

const unwritable =
  'The server cannot write to its own store right now, so that it refuses changes. Try again in a moment.'
const reads = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Refuses requests that write while the store cannot be written: each would hash a password, or wait for a commit, and then fail. */
function refuseUnwritable(app: FastifyInstance, { isWritable }: Health): void {
  app.addHook('onRequest', async ({ method }) => {
    if (!reads.has(method) && !isWritable()) throw storeUnavailable(unwritable)
  })
}

/** Says in each answer to an admin that the store cannot be written, why and since when: pages that only read work all the same. */
function reportStoreProblem(app: FastifyInstance, health: Health): void {
  app.addHook('onSend', async (_request, reply) => {
    // The first failure is one that the check has not seen yet.
    if (reply.statusCode === 503 && !health.problem()) await isReadyInTime(health)
    const found = health.problem()
    // It is no business of strangers.
    if (!found || reply.statusCode === 401) return
    reply.header('wherry-store-problem', found.kind).header('wherry-store-problem-since', isoTime(found.since))
  })
}

function mountHealth(app: FastifyInstance, health: Health): void {
  app.get(
    '/health/live',
    async (_request, reply) => await reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', async (_request, reply) => {
    const ready = await isReadyInTime(health)
    return await reply
      .header('cache-control', 'no-store')
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready' })
  })
}

/** The dependencies of the HTTP servers. */
export type AppDeps = ManagementDeps &
  OauthDeps &
  PagesDeps &
  AdminPagesDeps & { tenants: TenantCache; forwarding_seen: ForwardingSeen }

const https_only_s = 31_536_000

/**
 * Makes browsers use only https for the host of a request, for a year (RFC 6797). Not for a loopback host: browsers apply it to all
 * ports, and another server of a developer may have no https.
 */
function requireHttps(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (!isLoopbackHost(request.hostname)) reply.header('strict-transport-security', `max-age=${https_only_s}`)
    done()
  })
}

/** Creates an HTTP server with the parts of every origin: limits, request log, error answers, health on any host. */
function newApp(
  config: Config,
  { log, site, forwarding_seen }: Pick<AppDeps, 'log' | 'site' | 'forwarding_seen'>,
  health: Health,
): FastifyInstance {
  const app = Fastify<Server>({
    serverFactory: serverOf(config),
    trustProxy: config.trust_proxy,
    bodyLimit: open_body_max_bytes,
    routerOptions: { maxParamLength: 2048 },
    frameworkErrors: answerBadPath,
    return503OnClosing: true,
    forceCloseConnections: 'idle' as const,
  })
  limitQueries(app)
  limitBodyTime(app, body_timeout_ms)
  warnOfUntrustedProxy(app, log, forwarding_seen)
  logRequests(app, log)
  closeWhenStopping(app)
  if (site.scheme === 'https') requireHttps(app)
  app.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, log, request), request, reply))
  mountHealth(app, health)
  return app
}

/**
 * Builds the HTTP server of the tenants: the endpoints of each tenant on its host.
 *
 * @param sharedOrigin the admin origin, once it is known that it shares the port
 */
export async function buildTenantApp(
  config: Config,
  deps: AppDeps,
  health: Health,
  sharedOrigin: () => SharedOrigin | undefined,
): Promise<FastifyInstance> {
  const app = newApp(config, deps, health)
  forwardToAdmins(app, deps.site.scheme, sharedOrigin)
  // The admin origin refuses for itself, in the form of what is asked for.
  refuseUnwritable(app, health)
  await app.register(async (tenants) => {
    resolveTenants(tenants, deps.tenants, deps.site.scheme)
    await tenants.register(async (scope) => await mountManagement(scope, deps))
    await tenants.register(async (scope) => await mountOauth(scope, deps))
    await tenants.register(async (scope) => await mountPages(scope, deps))
  })
  return app
}

/**
 * Builds the HTTP server of the admin origin: its own pages, the tokens of the system tenant, and the Management API of each tenant for
 * its admins. No other endpoint of a tenant is mounted here, and no post-login step runs.
 */
export async function buildAdminApp(config: Config, deps: AppDeps, health: Health): Promise<FastifyInstance> {
  const app = newApp(config, deps, health)
  refuseUnwritable(app, health)
  const own: AppDeps = { ...deps, post_login_steps: [] }
  await app.register(async (origin) => {
    resolveAdminOrigin(origin, { tenants: own.tenants, isWritable: health.isWritable }, own.site.scheme)
    reportStoreProblem(origin, health)
    await origin.register(async (scope) => await mountAdminManagement(scope, own))
    await origin.register(async (scope) => await mountAdminOauth(scope, own))
    await origin.register(async (scope) => await mountAdminPages(scope, own))
  })
  return app
}
