/**
 * HTTP: what every endpoint reads from a request (its tenant, its caller), and the refusals that all of them answer alike. It knows no
 * endpoint.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'

const tenant_of_request = new WeakMap<FastifyRequest, Tenant>()

/** The tenant whose host the request named. */
export function tenantOf(request: FastifyRequest): Tenant {
  const tenant = tenant_of_request.get(request)
  if (!tenant) throw new Error('The tenant of the request was not resolved')
  return tenant
}

/** The host as a tenant's `domain` is written: lower case, without the scheme's own port. */
export function domainOfHost(host: string, scheme: Site['scheme']): string {
  const own = scheme === 'https' ? ':443' : ':80'
  const lower = host.toLowerCase()
  return lower.endsWith(own) ? lower.slice(0, -own.length) : lower
}

/**
 * Refuses requests whose host a proxy may read differently: two Host headers, and an absolute URL in the request line (RFC 9112 section
 * 3.2).
 */
function requireOneHost({ raw }: FastifyRequest): void {
  const named = raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host')
  if (named.length > 1) throw new Refusal('invalid_request', { message: 'The request has more than one Host header.' })
  if (raw.url?.startsWith('/') !== true) {
    throw new Refusal('invalid_request', { message: 'The address of the request must begin with a slash.' })
  }
}

/**
 * Resolves the tenant of every request below `app` by the exact host.
 *
 * @throws {Refusal} `unknown_host` (404) from the request, where no tenant answers to the host; `invalid_request` where the host is
 *   not clear
 */
export function resolveTenants(app: FastifyInstance, tenants: TenantCache, scheme: Site['scheme']): void {
  app.addHook('onRequest', async (request) => {
    requireOneHost(request)
    const domain = domainOfHost(request.host, scheme)
    const tenant = await tenants.byDomain(domain)
    if (!tenant) {
      const message = `No tenant answers to the host ${domain.slice(0, 255)}. WHERRY_PUBLIC_URL names the default tenant's.`
      throw new Refusal('unknown_host', { message })
    }
    tenant_of_request.set(request, tenant)
  })
}
