import type { Transaction } from '../tables.ts'
import { integer, key, text, schemaWords } from './schema-words.ts'

/** Makes the tables of tenants, their applications and their connections. */
export async function makeTenantTables(trx: Transaction): Promise<void> {
  const { create, index, uniqueIndex } = schemaWords(trx)
  await create('tenants', (table) =>
    key(
      integer(text(table, 'tenant_id', 'name', 'domain', 'plan', 'settings'), 'is_default', 'created_at', 'updated_at'),
      'tenants',
      'tenant_id',
    ),
  )
  await trx.schema.createIndex('tenants_one_domain').unique().on('tenants').column('domain').execute()
  await trx.schema.createIndex('tenants_one_name').unique().on('tenants').column('name').execute()
  await create('signing_keys', (table) =>
    key(
      integer(
        text(table, 'tenant_id', 'kid', 'alg', 'public_jwk', 'private_sealed', 'state'),
        'created_at',
        'changed_at',
      ),
      'signing_keys',
      'tenant_id',
      'kid',
    ),
  )
  await create('clients', (table) =>
    key(
      integer(
        text(table, 'tenant_id', 'client_id', 'name', 'secret_sealed', 'data'),
        'is_global',
        'created_at',
        'updated_at',
      ),
      'clients',
      'tenant_id',
      'client_id',
    ),
  )
  await create('resource_servers', (table) =>
    key(
      integer(
        text(table, 'tenant_id', 'resource_server_id', 'identifier', 'data'),
        'is_system',
        'created_at',
        'updated_at',
      ),
      'resource_servers',
      'tenant_id',
      'resource_server_id',
    ),
  )
  await uniqueIndex('resource_servers', 'tenant_id', 'identifier')
  await create('client_grants', (table) =>
    key(
      integer(
        text(table, 'tenant_id', 'client_grant_id', 'client_id', 'audience', 'scope'),
        'allow_all_scopes',
        'created_at',
        'updated_at',
      ),
      'client_grants',
      'tenant_id',
      'client_grant_id',
    ),
  )
  await uniqueIndex('client_grants', 'tenant_id', 'client_id', 'audience')
  await create('connections', (table) =>
    key(
      integer(
        text(table, 'tenant_id', 'connection_id', 'name', 'strategy', 'options', 'configuration_sealed', 'data'),
        'version',
        'created_at',
        'updated_at',
      ),
      'connections',
      'tenant_id',
      'connection_id',
    ),
  )
  await uniqueIndex('connections', 'tenant_id', 'name')
  await create('connection_clients', (table) =>
    key(
      text(table, 'tenant_id', 'connection_id', 'client_id'),
      'connection_clients',
      'tenant_id',
      'connection_id',
      'client_id',
    ),
  )
  await index('connection_clients', 'tenant_id', 'client_id')
  await create('connection_realms', (table) =>
    key(text(table, 'tenant_id', 'realm', 'connection_id'), 'connection_realms', 'tenant_id', 'realm'),
  )
  await index('connection_realms', 'tenant_id', 'connection_id')
  await create('admins', (table) =>
    key(
      integer(text(table, 'tenant_id', 'admin_id', 'email_lower', 'password_hash', 'role'), 'created_at'),
      'admins',
      'tenant_id',
      'admin_id',
    ),
  )
  await uniqueIndex('admins', 'tenant_id', 'email_lower')
}
