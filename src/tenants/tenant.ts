/**
 * Tenants: their data, hosts, plans and admins. It knows no users and no connections.
 */
import { featurePlans, planIncludes, type Plan, type PlanFeature } from '../contract/plans.ts'
import { Refusal } from '../contract/refusal.ts'
import type { JsonObject } from '../base/json.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, TenantsTable } from '../store/tables.ts'

/** A tenant: its own issuer, keys, users, clients and scripts. */
export type Tenant = {
  tenant_id: string
  name: string
  /** The exact host, with a port where it is not the scheme's own. */
  domain: string
  plan: Plan
  is_default: boolean
  /** Settings with Auth0's names (`default_directory`, `friendly_name`, `flags`, …). */
  settings: JsonObject
  created_at: number
}

/** A tenant from its row. */
export function tenantFromRow(row: TenantsTable): Tenant {
  return {
    tenant_id: row.tenant_id,
    name: row.name,
    domain: row.domain,
    plan: row.plan as Plan,
    is_default: row.is_default === 1,
    settings: readJson<JsonObject>(row.settings),
    created_at: row.created_at,
  }
}

/** The tenant that answers to a host, exactly; hosts are compared in lower case. */
export async function tenantByDomain(db: Db, domain: string): Promise<Tenant | undefined> {
  const row = await db.selectFrom('tenants').selectAll().where('domain', '=', domain.toLowerCase()).executeTakeFirst()
  return row && tenantFromRow(row)
}

/** The issuer of a tenant's tokens: its address with the trailing slash. */
export function issuerOf(tenant: Tenant, scheme: 'http' | 'https'): string {
  return `${scheme}://${tenant.domain}/`
}

/** The audience of a tenant's Management API. */
export function managementAudience(issuer: string): string {
  return `${issuer}api/v2/`
}

/** @throws {Refusal} `plan_required`, naming the plan that the feature needs */
export function requirePlan(tenant: Tenant, feature: PlanFeature): void {
  if (planIncludes(tenant.plan, feature)) return
  const needed = featurePlans[feature]
  const label = feature === 'import_mode' ? 'Import mode' : 'Legacy mode (scripts on every login)'
  throw new Refusal('plan_required', {
    message: `${label} needs the plan ${needed} or higher; this tenant has ${tenant.plan}.`,
    body: { required_plan: needed, plan: tenant.plan },
  })
}
