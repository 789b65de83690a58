import type { TenantOfAdmin } from '../session/session'

const key = 'wherry.tenant'

/** Keeps the tenant that was opened last in this browser. Which tenant a page shows is in its address. */
export const keepTenant = (tenant_id: string): void => localStorage.setItem(key, tenant_id)

/** The tenant that was opened last, or else the first one. */
export function lastTenant(tenants: readonly TenantOfAdmin[]): TenantOfAdmin | undefined {
  const kept = localStorage.getItem(key)
  return tenants.find(({ tenant_id }) => tenant_id === kept) ?? tenants[0]
}
