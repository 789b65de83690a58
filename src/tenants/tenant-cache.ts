import type { Clock } from '../base/clock.ts'
import { createReadCache } from '../store/read-cache.ts'
import type { Db } from '../store/tables.ts'
import { tenantById, systemTenant, tenantByDomain, type Tenant } from './tenant.ts'

/** Tenants, read from the store at most every `cache_ttl_ms`. */
export type TenantCache = {
  /** The tenant that answers to a host, as `tenantByDomain`. */
  byDomain(domain: string): Promise<Tenant | undefined>
  byId(tenant_id: string): Promise<Tenant | undefined>
  /** The system tenant, as `systemTenant`. */
  system(): Promise<Tenant | undefined>
}

/** Creates the cache. Unknown hosts are not kept: a caller can invent any number of them. */
export function createTenantCache(deps: { db: Db; clock: Clock }): TenantCache {
  const tenants = createReadCache<Tenant | undefined>(deps, ['tenants'], { max: 1000, keepsMissing: false })
  return {
    byDomain: (domain) => tenants.read(['domain', domain], () => tenantByDomain(deps.db, domain)),
    byId: (tenant_id) => tenants.read(['id', tenant_id], () => tenantById(deps.db, tenant_id)),
    system: () => tenants.read(['system'], () => systemTenant(deps.db)),
  }
}
