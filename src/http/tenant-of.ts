/**
 * HTTP: what every door needs of a request: its tenant, its caller, and answers for refusals. It knows no
 * endpoint.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { Refusal } from '../contract/refusal.ts'
import type { Db } from '../store/tables.ts'
import { tenantByDomain, type Tenant } from '../tenants/tenant.ts'

const tenants = new WeakMap<FastifyRequest, Tenant>()

/** The tenant whose host the request named. */
export function tenantOf(request: FastifyRequest): Tenant {
  const tenant = tenants.get(request)
  if (!tenant) throw new Error('A tenant was asked of a request that was not resolved')
  return tenant
}

// A changed tenant (plan, settings) is seen by every process after this long; the process that changed it sees it at once.
const stale_after_ms = 5000

/** Tenants by host, kept for a few seconds. `forget` drops what is kept, after a change made here. */
export type TenantDirectory = { find(domain: string): Promise<Tenant | undefined>; forget(): void }

/** Makes the directory on a store. */
export function createTenantDirectory(db: Db): TenantDirectory {
  const known = new LRUCache<string, Tenant>({ max: 1000, ttl: stale_after_ms })
  return {
    async find(domain) {
      const kept = known.get(domain)
      if (kept) return kept
      const found = await tenantByDomain(db, domain)
      if (found) known.set(domain, found)
      return found
    },
    forget: () => known.clear(),
  }
}

/** The host as a tenant's `domain` is written: lower case, without the scheme's own port. */
export function domainOfHost(host: string, scheme: 'http' | 'https'): string {
  const own = scheme === 'https' ? ':443' : ':80'
  const lower = host.toLowerCase()
  return lower.endsWith(own) ? lower.slice(0, -own.length) : lower
}

/**
 * Refuses what another server on the way may read as another host's: two Host headers, and an address in the request
 * line that names a host itself (RFC 9112 section 3.2).
 */
function requireOneHost({ raw }: FastifyRequest): void {
  const named = raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host')
  if (named.length > 1) throw new Refusal('invalid_request', { message: 'The request has more than one Host header.' })
  if (raw.url?.startsWith('/') !== true) {
    throw new Refusal('invalid_request', { message: 'The address of the request must begin with a slash.' })
  }
}

/**
 * Gives every request below `app` its tenant by the exact host.
 *
 * @throws {Refusal} `unknown_host` (404) from the request, where no tenant answers to the host; `invalid_request` where the host is
 *   not clear
 */
export function resolveTenants(app: FastifyInstance, directory: TenantDirectory, scheme: 'http' | 'https'): void {
  app.addHook('onRequest', async (request) => {
    requireOneHost(request)
    const domain = domainOfHost(request.host, scheme)
    const tenant = await directory.find(domain)
    if (!tenant) {
      const message = `No tenant answers to the host ${domain.slice(0, 255)}. WHERRY_PUBLIC_URL names the default tenant's.`
      throw new Refusal('unknown_host', { message })
    }
    tenants.set(request, tenant)
  })
}
