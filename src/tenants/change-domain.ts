import { Refusal } from '../contract/refusal.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import type { CreateTenantDeps } from './create-tenant.ts'
import { issuerOf, managementAudience, type Tenant } from './tenant.ts'

/**
 * Changes the domain of a tenant, and the audience of its Management API, which contains the domain. Tokens of the old issuer become
 * invalid.
 *
 * @throws {Refusal} `tenant_exists` if another tenant has the domain
 */
export async function changeDomain(deps: CreateTenantDeps, tenant: Tenant, domain: string): Promise<Tenant> {
  const { db, clock, site } = deps
  const { tenant_id } = tenant
  const changed: Tenant = { ...tenant, domain: domain.toLowerCase() }
  const after = managementAudience(issuerOf(changed, site.scheme))
  await inTransaction(db, async (trx) => {
    // The stored audience, because the scheme of the installation may have changed too.
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
    throw violatesUnique(error, 'tenants') ? new Refusal('tenant_exists') : error
  })
  return changed
}
