import type { Clock } from '../base/clock.ts'
import { newPrefixedId, newSecret } from '../base/ids.ts'
import { newClientDefaults } from '../contract/client.ts'
import { operatorScopes } from '../contract/management-scopes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { insertClient, type ClientSecret } from './insert-client.ts'
import type { Tenant } from './tenant.ts'

type Deps = { db: Db; sealer: Sealer; clock: Clock }

/** The scopes that the first client of the default tenant gets by name: it is the operator's. */
export const named_scopes_of_first_client: readonly string[] = ['read:outbox', ...operatorScopes]

/** Inserts a client that may request every scope of the Management API of its tenant, except the named scopes that are not listed. */
export async function insertManagementClient(
  trx: Transaction,
  { sealer, clock }: Pick<Deps, 'sealer' | 'clock'>,
  tenant: Tenant,
  audience: string,
  named_scopes: readonly string[],
): Promise<ClientSecret> {
  const now = clock.now()
  const { row, client_secret } = await insertClient(
    trx,
    sealer,
    { ...tenant, created_at: now },
    {
      name: 'Management API client',
      data: {
        ...newClientDefaults,
        app_type: 'non_interactive',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
      },
    },
  )
  await trx
    .insertInto('client_grants')
    .values({
      tenant_id: tenant.tenant_id,
      client_grant_id: newPrefixedId('cgr'),
      client_id: row.client_id,
      audience,
      scope: JSON.stringify(named_scopes),
      allow_all_scopes: 1,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return { client_id: row.client_id, client_secret }
}

/**
 * Creates a client that may request every scope of the Management API of a tenant.
 *
 * @param named_scopes the scopes that it gets by name, because no client gets them otherwise
 */
export async function createManagementClient(
  deps: Deps,
  tenant: Tenant,
  audience: string,
  named_scopes: readonly string[],
): Promise<ClientSecret> {
  return await inTransaction(deps.db, (trx) => insertManagementClient(trx, deps, tenant, audience, named_scopes))
}

const managementClients = (db: Db, { tenant_id }: Tenant, audience: string) =>
  db
    .selectFrom('client_grants')
    .innerJoin('clients', (join) =>
      join
        .onRef('clients.tenant_id', '=', 'client_grants.tenant_id')
        .onRef('clients.client_id', '=', 'client_grants.client_id'),
    )
    .select(['clients.client_id', 'clients.secret_sealed'])
    .where('client_grants.tenant_id', '=', tenant_id)
    .where('client_grants.audience', '=', audience)
    .where('client_grants.allow_all_scopes', '=', 1)
    .orderBy('client_grants.created_at')

/** The oldest management client of a tenant, which was created with it; undefined when it was deleted. */
export async function firstManagementClient(
  { db, sealer }: Pick<Deps, 'db' | 'sealer'>,
  tenant: Tenant,
  audience: string,
): Promise<ClientSecret | undefined> {
  const row = await managementClients(db, tenant, audience).executeTakeFirst()
  if (!row) return undefined
  const { client_id, secret_sealed } = row
  return { client_id, client_secret: sealer.open(secret_sealed, clientSecretAad(tenant.tenant_id, client_id)) }
}

/**
 * Replaces the secret of a management client of a tenant, by default of the oldest one. The old secret is refused from now on.
 *
 * @throws {Refusal} `inexistent_client` if the tenant has no such management client
 */
export async function resetManagementClient(
  { db, sealer, clock }: Deps,
  tenant: Tenant,
  audience: string,
  client_id?: string,
): Promise<ClientSecret> {
  const query = managementClients(db, tenant, audience)
  const found = await (
    client_id === undefined ? query : query.where('clients.client_id', '=', client_id)
  ).executeTakeFirst()
  if (!found) {
    const which = client_id === undefined ? '' : ` ${client_id}`
    throw new Refusal('inexistent_client', {
      message: `The tenant "${tenant.name}" has no management client${which}. Create one with the command management-client create.`,
    })
  }
  const client_secret = newSecret()
  await db
    .updateTable('clients')
    .set({
      secret_sealed: sealer.seal(client_secret, clientSecretAad(tenant.tenant_id, found.client_id)),
      updated_at: clock.now(),
    })
    .where('tenant_id', '=', tenant.tenant_id)
    .where('client_id', '=', found.client_id)
    .execute()
  return { client_id: found.client_id, client_secret }
}
