import type { Clock } from '../base/clock.ts'
import { newPrefixedId } from '../base/ids.ts'
import type { Plan } from '../contract/plans.ts'
import { newClientDefaults } from '../contract/client.ts'
import { managementScopes, operatorScopes } from '../contract/management-scopes.ts'
import { newResourceServerDefaults } from '../contract/resource-server.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { ensureSigningKey } from '../keys/signing-key-states.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import { insertClient, type ClientSecret } from './insert-client.ts'
import { insertTenant, type NewManagementApi } from './insert-tenant.ts'
import { insertManagementClient, named_scopes_of_first_client } from './management-client.ts'
import { issuerOf, managementAudience, type Site, type Tenant } from './tenant.ts'

/** Dependencies of `createTenant`. */
export type CreateTenantDeps = { db: Db; sealer: Sealer; clock: Clock; site: Site }

/** Input for creating a tenant. `domain` is its exact host, in any letter case. */
export type NewTenant = { name: string; domain: string; plan: Plan; is_default?: boolean }

function managementApi(tenant: Tenant, audience: string): NewManagementApi {
  const scopes = tenant.is_default
    ? managementScopes
    : managementScopes.filter(({ value }) => !operatorScopes.has(value))
  return { audience, data: { ...newResourceServerDefaults, name: 'Auth0 Management API', scopes: [...scopes] } }
}

/**
 * Creates a tenant with its Management API, the global client, a client that has every scope of that API except those that are granted by
 * name, and a signing key. The first client of the default tenant has the operator's scopes and `read:outbox`, too. Of several concurrent
 * calls for the same tenant, one succeeds.
 *
 * @throws {Refusal} `tenant_exists` if another tenant has the name or the domain
 */
export async function createTenant(
  deps: CreateTenantDeps,
  wanted: NewTenant,
): Promise<{ tenant: Tenant; management_client: ClientSecret }> {
  const { db, sealer, clock } = deps
  const now = clock.now()
  const tenant: Tenant = {
    tenant_id: newPrefixedId('ten'),
    name: wanted.name,
    domain: wanted.domain.toLowerCase(),
    plan: wanted.plan,
    is_default: wanted.is_default === true,
    is_system: false,
    settings: {},
    created_at: now,
  }
  const audience = managementAudience(issuerOf(tenant, deps.site.scheme))
  const management_client = await inTransaction(db, async (trx) => {
    await insertTenant(trx, tenant, managementApi(tenant, audience))
    await insertClient(trx, sealer, tenant, { name: 'All Applications', is_global: true, data: newClientDefaults })
    const named_scopes = tenant.is_default ? named_scopes_of_first_client : []
    return await insertManagementClient(trx, deps, tenant, audience, named_scopes)
  }).catch((error: unknown) => {
    throw violatesUnique(error, 'tenants') ? new Refusal('tenant_exists') : error
  })
  await ensureSigningKey(db, sealer, clock, tenant.tenant_id)
  return { tenant, management_client }
}
