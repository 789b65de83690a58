/**
 * HTTP: reads the tenant and the caller of a request, and converts errors to the refusals that all endpoints share. It knows no endpoint.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
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

/**
 * Resolves the tenant of every request to `app` by its exact host. A request is refused with `unknown_host` (404) where no tenant has the
 * host, and with `invalid_request` where its host is ambiguous.
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
