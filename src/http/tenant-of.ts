/**
 * HTTP: reads the tenant and the caller of a request, and converts errors to the refusals that all endpoints share. It knows no endpoint.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'

const tenant_of_request = new WeakMap<FastifyRequest, Tenant>()

/** The tenant of a request, which its host selects. */
export function tenantOf(request: FastifyRequest): Tenant {
  const tenant = tenant_of_request.get(request)
  if (!tenant) throw new Error('The tenant of the request was not resolved')
  return tenant
}

/** The `domain` of a tenant for a host: in lower case, without the default port of the scheme. */
export function domainOfHost(host: string, scheme: Site['scheme']): string {
  const default_port = scheme === 'https' ? ':443' : ':80'
  const lower = host.toLowerCase()
  return lower.endsWith(default_port) ? lower.slice(0, -default_port.length) : lower
}

/**
 * Refuses a request whose host a proxy may read differently: one with two Host headers, or with an absolute URL in the request line
 * (RFC 9112 section 3.2).
 */
function requireOneHost({ raw }: FastifyRequest): void {
  const host_headers = raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host')
  if (host_headers.length > 1)
    throw new Refusal('invalid_request', { message: 'The request has more than one Host header.' })
  if (raw.url?.startsWith('/') !== true) {
    throw new Refusal('invalid_request', { message: 'The address of the request must begin with a slash.' })
  }
}

/** The Host header itself, also behind a trusted proxy: a caller may send X-Forwarded-Host, and many proxies pass it on. */
export const hostHeader = ({ raw }: FastifyRequest): string => raw.headers.host ?? ''

/** Resolves the tenant of every request to `app` by its host. Where `find` returns none, the request is refused with `message`. */
function resolveByHost(
  app: FastifyInstance,
  scheme: Site['scheme'],
  hostOf: (request: FastifyRequest) => string,
  find: (domain: string) => Promise<Tenant | undefined>,
  message: (domain: string) => string,
): void {
  app.addHook('onRequest', async (request) => {
    requireOneHost(request)
    const domain = domainOfHost(hostOf(request), scheme)
    const tenant = await find(domain)
    if (!tenant) throw new Refusal('unknown_host', { message: message(domain.slice(0, 255)) })
    tenant_of_request.set(request, tenant)
  })
}

/**
 * Resolves the tenant of every request to `app` by its exact host; never the system tenant. A request is refused with `unknown_host`
 * (404) where no tenant has the host, and with `invalid_request` where its host is ambiguous.
 */
export function resolveTenants(
  app: FastifyInstance,
  tenants: Pick<TenantCache, 'byDomain'>,
  scheme: Site['scheme'],
): void {
  const message = (domain: string): string =>
    `No tenant answers to the host ${domain}. WHERRY_PUBLIC_URL names the default tenant's.`
  resolveByHost(app, scheme, (request) => request.host, tenants.byDomain, message)
}

/**
 * Resolves the system tenant for every request to `app` with exactly the host of the admin origin. Any other request is refused with
 * `unknown_host` (404), and with `invalid_request` where its host is ambiguous. While the store is unavailable, the system tenant counts that
 * was read last: the pages of the dashboard open, and say themselves what the store keeps them from.
 */
export function resolveAdminOrigin(
  app: FastifyInstance,
  { tenants, isWritable }: { tenants: Pick<TenantCache, 'system'>; isWritable: () => boolean },
  scheme: Site['scheme'],
): void {
  let last: Tenant | undefined
  const readSystem = async (): Promise<Tenant | undefined> => {
    // A store that is known to be away is not waited for.
    if (last && !isWritable()) return last
    try {
      last = await tenants.system()
    } catch (error) {
      if (!last || !(error instanceof StoreUnavailable)) throw error
    }
    return last
  }
  // The store may be away at the first request.
  app.addHook('onReady', async () => void (await readSystem()))
  const find = async (domain: string): Promise<Tenant | undefined> => {
    const system = await readSystem()
    return system?.domain === domain ? system : undefined
  }
  const message = (domain: string): string =>
    `The host ${domain} is not that of the admin origin. WHERRY_ADMIN_URL names it.`
  resolveByHost(app, scheme, hostHeader, find, message)
}
