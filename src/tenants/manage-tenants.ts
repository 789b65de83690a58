import type { Clock } from '../base/clock.ts'
import type { Page, Part } from '../base/page.ts'
import type { Plan } from '../contract/plans.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant as ShownTenant } from '../contract/tenant.ts'
import { readPage } from '../store/read-page.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, tenantFromRow, type Tenant } from './tenant.ts'

/** A tenant as the operator sees it. */
export function showTenant(tenant: Tenant, scheme: 'http' | 'https'): ShownTenant {
  return {
    id: tenant.tenant_id,
    name: tenant.name,
    domain: tenant.domain,
    issuer: issuerOf(tenant, scheme),
    plan: tenant.plan,
    is_default: tenant.is_default,
    created_at: new Date(tenant.created_at).toISOString(),
  }
}

/** Every tenant of the installation, oldest first: the operator's view. */
export async function listTenants(db: Db, page: Page): Promise<Part<Tenant>> {
  const query = db.selectFrom('tenants').selectAll()
  const found = await readPage(query, { column: 'tenant_id', of: (row) => row.tenant_id }, page)
  return { ...found, items: found.items.map(tenantFromRow) }
}

/**
 * The tenant with this id, for the operator.
 *
 * @throws {Refusal} `inexistent_tenant`
 */
export async function tenantById(db: Db, tenant_id: string): Promise<Tenant> {
  const row = await db.selectFrom('tenants').selectAll().where('tenant_id', '=', tenant_id).executeTakeFirst()
  if (!row) throw new Refusal('inexistent_tenant')
  return tenantFromRow(row)
}

/**
 * Gives a tenant another plan. What it uses already goes on being stored; what its plan no longer has is refused.
 *
 * @throws {Refusal} `inexistent_tenant`
 */
export async function changePlan(deps: { db: Db; clock: Clock }, tenant_id: string, plan: Plan): Promise<Tenant> {
  const row = await deps.db
    .updateTable('tenants')
    .set({ plan, updated_at: deps.clock.now() })
    .where('tenant_id', '=', tenant_id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw new Refusal('inexistent_tenant')
  return tenantFromRow(row)
}
