import type { Transaction } from '../tables.ts'

const of_operator = ['read:tenants', 'create:tenants', 'update:tenants']

/**
 * Names the scopes that `allow_all_scopes` no longer grants in the client grants that had them: `read:outbox`, and in the default tenant
 * those of the operator. The scopes of existing clients stay as they were.
 */
export async function nameScopes(trx: Transaction): Promise<void> {
  const grants = await trx
    .selectFrom('client_grants as grant')
    .innerJoin('resource_servers as server', (join) =>
      join.onRef('server.tenant_id', '=', 'grant.tenant_id').onRef('server.identifier', '=', 'grant.audience'),
    )
    .innerJoin('tenants as tenant', 'tenant.tenant_id', 'grant.tenant_id')
    .select(['grant.tenant_id', 'grant.client_grant_id', 'grant.scope', 'tenant.is_default'])
    .where('server.is_system', '=', 1)
    .where('grant.allow_all_scopes', '=', 1)
    .execute()
  for (const { tenant_id, client_grant_id, scope, is_default } of grants) {
    const named = ['read:outbox', ...(is_default === 1 ? of_operator : [])]
    await trx
      .updateTable('client_grants')
      .set({ scope: JSON.stringify([...new Set([...(JSON.parse(scope) as string[]), ...named])]) })
      .where('tenant_id', '=', tenant_id)
      .where('client_grant_id', '=', client_grant_id)
      .execute()
  }
}
