import { Refusal } from '../contract/refusal.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { CreateTenantDeps } from './create-tenant.ts'
import { issuerOf, managementAudience, type Tenant } from './tenant.ts'

/**
 * Gives a tenant another domain, and its Management API the audience that follows from it. Tokens of the old
 * issuer are no longer accepted.
 *
 * @throws {Refusal} `tenant_exists` when another tenant has the domain
 */
export async function changeDomain(deps: CreateTenantDeps, tenant: Tenant, domain: string): Promise<Tenant> {
  const { db, clock, site } = deps
  const { tenant_id } = tenant
  const changed: Tenant = { ...tenant, domain: domain.toLowerCase() }
  const after = managementAudience(issuerOf(changed, site.scheme))
  await inTransaction(db, async (trx) => {
    // As it is stored: the scheme of the installation may have changed as well.
    const before = await trx
      .selectFrom('resource_servers')
      .select('identifier')
      .where('tenant_id', '=', tenant_id)
      .where('is_system', '=', 1)
      .executeTakeFirstOrThrow()
    await trx
      .updateTable('tenants')
      .set({ domain: changed.domain, updated_at: clock.now() })
      .where('tenant_id', '=', tenant_id)
      .execute()
    await trx
      .updateTable('resource_servers')
      .set({ identifier: after })
      .where('tenant_id', '=', tenant_id)
      .where('is_system', '=', 1)
      .execute()
    await trx
      .updateTable('client_grants')
      .set({ audience: after })
      .where('tenant_id', '=', tenant_id)
      .where('audience', '=', before.identifier)
      .execute()
  }).catch((error: unknown) => {
    throw uniqueViolation(error)?.table === 'tenants' ? new Refusal('tenant_exists') : error
  })
  return changed
}
