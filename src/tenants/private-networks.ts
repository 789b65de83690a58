import type { TenantCache } from './tenant-cache.ts'

/** Whether the scripts of a tenant may be allowed to reach this machine and private networks. */
export type PrivateNetworks = (tenant_id: string) => Promise<boolean>

/** Reads the operator's list: the names of tenants, or `*` for all of them. */
export function createPrivateNetworks(tenants: Pick<TenantCache, 'byId'>, names: readonly string[]): PrivateNetworks {
  if (names.includes('*')) return () => Promise.resolve(true)
  return async (tenant_id) => names.includes((await tenants.byId(tenant_id))?.name ?? '')
}
