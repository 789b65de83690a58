import type { Db } from '../store/tables.ts'
import type { TenantCache } from './tenant-cache.ts'

/** Whether the scripts of a tenant may be allowed to reach this machine and private networks. */
export type PrivateNetworks = (tenant_id: string) => Promise<boolean>

/** The names of the operator's list that no tenant has. */
export async function unknownTenants(db: Db, names: readonly string[]): Promise<string[]> {
  const listed = names.filter((name) => name !== '*')
  if (listed.length === 0) return []
  const rows = await db.selectFrom('tenants').select('name').where('name', 'in', listed).execute()
  return listed.filter((name) => !rows.some((row) => row.name === name))
}

/** Reads the operator's list: the names of tenants, or `*` for all of them. */
export function createPrivateNetworks(tenants: Pick<TenantCache, 'byId'>, names: readonly string[]): PrivateNetworks {
  if (names.includes('*')) return () => Promise.resolve(true)
  return async (tenant_id) => names.includes((await tenants.byId(tenant_id))?.name ?? '')
}
