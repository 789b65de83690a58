/**
 * Tenants: their data, hosts and plans. It knows no users and no connections.
 */
import type { Selectable } from 'kysely'
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
  /** Whether its users are the admins of the other tenants. No host of a tenant leads to it. */
  is_system: boolean
  /** Settings with Auth0's names (`default_directory`, `friendly_name`, `flags`, …). */
  settings: JsonObject
  created_at: number
}

/** The scheme of every issuer and link of this installation. */
export type Site = { scheme: 'http' | 'https' }

/** A tenant from its row. */
export function tenantFromRow(row: Selectable<TenantsTable>): Tenant {
  return {
    tenant_id: row.tenant_id,
    name: row.name,
    domain: row.domain,
    plan: row.plan as Plan,
    is_default: row.is_default === 1,
    is_system: row.is_system === 1,
    settings: readJson<JsonObject>(row.settings),
    created_at: row.created_at,
  }
}

/**
 * The tenant that answers to a host, exactly; hosts are compared in lower case. Never the system tenant, whatever its domain: only the
 * admin origin leads there.
 */
export async function tenantByDomain(db: Db, domain: string): Promise<Tenant | undefined> {
  const row = await db
    .selectFrom('tenants')
    .selectAll()
    .where('domain', '=', domain.toLowerCase())
    .where('is_system', '=', 0)
    .executeTakeFirst()
  return row && tenantFromRow(row)
}

/** The tenant with this id, also the system tenant. */
export async function tenantById(db: Db, tenant_id: string): Promise<Tenant | undefined> {
  const row = await db.selectFrom('tenants').selectAll().where('tenant_id', '=', tenant_id).executeTakeFirst()
  return row && tenantFromRow(row)
}

/** The system tenant; undefined before the first start of a version that has one. */
export async function systemTenant(db: Db): Promise<Tenant | undefined> {
  const row = await db.selectFrom('tenants').selectAll().where('is_system', '=', 1).executeTakeFirst()
  return row && tenantFromRow(row)
}

/** The issuer of a tenant's tokens: its address with the trailing slash. */
export function issuerOf(tenant: Pick<Tenant, 'domain'>, scheme: Site['scheme']): string {
  return `${scheme}://${tenant.domain}/`
}

/** The audience of the access tokens that `/userinfo` of the tenant accepts. */
export const userinfoAudience = (issuer: string): string => `${issuer}userinfo`

/** The audience of a tenant's Management API. */
export function managementAudience(issuer: string): string {
  return `${issuer}api/v2/`
}

/** Requires that the plan of a tenant includes a feature. @throws {Refusal} `plan_required`, naming the required plan */
export function requirePlan(tenant: Tenant, feature: PlanFeature): void {
  if (planIncludes(tenant.plan, feature)) return
  const needed = featurePlans[feature]
  const label = feature === 'import_mode' ? 'Import mode' : 'Legacy mode (scripts on every login)'
  throw new Refusal('plan_required', {
    message: `${label} needs the plan ${needed} or higher; this tenant has ${tenant.plan}.`,
    body: { required_plan: needed, plan: tenant.plan },
  })
}
