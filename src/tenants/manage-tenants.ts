import { isoTime } from '../base/time.ts'
import type { Clock } from '../base/clock.ts'
import type { Page, ListPart } from '../base/page.ts'
import type { Plan } from '../contract/plans.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant as ShownTenant } from '../contract/tenant.ts'
import { readPage } from '../store/read-page.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, tenantById, tenantFromRow, type Site, type Tenant } from './tenant.ts'

/** A tenant as the operator sees it. */
export function showTenant(tenant: Tenant, scheme: Site['scheme']): ShownTenant {
  return {
    id: tenant.tenant_id,
    name: tenant.name,
    domain: tenant.domain,
    issuer: issuerOf(tenant, scheme),
    plan: tenant.plan,
    is_default: tenant.is_default,
    created_at: isoTime(tenant.created_at),
  }
}

/** Every tenant of the installation but the system tenant, oldest first: the operator's view. */
export async function listTenants(db: Db, page: Page): Promise<ListPart<Tenant>> {
  const query = db.selectFrom('tenants').selectAll().where('is_system', '=', 0)
  const found = await readPage(query, { column: 'tenant_id', of: (row) => row.tenant_id }, page)
  return { ...found, items: found.items.map(tenantFromRow) }
}

/**
 * The tenant with this id, for the operator; the system tenant is none of them.
 *
 * @throws {Refusal} `inexistent_tenant`
 */
export async function requireTenant(db: Db, tenant_id: string): Promise<Tenant> {
  const tenant = await tenantById(db, tenant_id)
  if (!tenant || tenant.is_system) throw new Refusal('inexistent_tenant')
  return tenant
}

/**
 * Changes the plan of a tenant. Data of features that the new plan lacks is kept; their use is refused.
 *
 * @throws {Refusal} `inexistent_tenant`
 */
export async function changePlan(deps: { db: Db; clock: Clock }, tenant_id: string, plan: Plan): Promise<Tenant> {
  const row = await deps.db
    .updateTable('tenants')
    .set({ plan, updated_at: deps.clock.now() })
    .where('tenant_id', '=', tenant_id)
    .where('is_system', '=', 0)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_tenant'))
  return tenantFromRow(row)
}
