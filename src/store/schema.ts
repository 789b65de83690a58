/** The schema's migrations, oldest first. A migration that has been released is never edited; a new one follows it. */
import type { CreateTableBuilder } from 'kysely'
import type { Transaction } from './tables.ts'

/** One step of the schema. It runs in one transaction, in plain portable SQL. */
export type SchemaMigration = { version: number; name: string; up(trx: Transaction): Promise<void> }

type Table = CreateTableBuilder<string, string>
const text = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'text', (column) => column.notNull()), table)
const maybeText = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'text'), table)
const integer = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'bigint', (column) => column.notNull()), table)
const maybeInteger = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'bigint'), table)

async function foundation(trx: Transaction): Promise<void> {
  const create = (name: string, build: (table: Table) => Table): Promise<void> =>
    build(trx.schema.createTable(name)).execute()
  const index = (table: string, ...columns: string[]): Promise<void> =>
    trx.schema
      .createIndex(`${table}_by_${columns.slice(1).join('_')}`)
      .on(table)
      .columns(columns)
      .execute()
  const uniqueIndex = (table: string, ...columns: string[]): Promise<void> =>
    trx.schema
      .createIndex(`${table}_one_${columns.slice(1).join('_')}`)
      .unique()
      .on(table)
      .columns(columns)
      .execute()
  const key = (table: Table, name: string, ...columns: string[]): Table =>
    table.addPrimaryKeyConstraint(`${name}_key`, columns as [string, ...string[]])

  await create('installation', (table) => key(text(table, 'name', 'value'), 'installation', 'name'))
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
  await create('connection_counters', (table) =>
    key(
      integer(text(table, 'tenant_id', 'connection_id', 'counter'), 'slot', 'value'),
      'connection_counters',
      'tenant_id',
      'connection_id',
      'counter',
      'slot',
    ),
  )

  await create('users', (table) =>
    key(
      maybeInteger(
        integer(
          maybeText(
            text(table, 'tenant_id', 'user_id', 'connection_id', 'user_metadata', 'app_metadata', 'extra'),
            'email',
            'email_lower',
            'username',
            'username_lower',
            'phone_number',
            'name',
            'nickname',
            'given_name',
            'family_name',
            'picture',
            'last_ip',
          ),
          'email_verified',
          'phone_verified',
          'blocked',
          'created_at',
          'updated_at',
          'logins_count',
        ),
        'last_login',
        'last_password_reset',
      ),
      'users',
      'tenant_id',
      'user_id',
    ),
  )
  await index('users', 'tenant_id', 'email_lower')
  await index('users', 'tenant_id', 'username_lower')
  await index('users', 'tenant_id', 'connection_id', 'created_at')
  await index('users', 'tenant_id', 'created_at')
  await create('identities', (table) =>
    key(
      integer(text(table, 'tenant_id', 'connection_id', 'identity_user_id', 'user_id', 'strategy'), 'created_at'),
      'identities',
      'tenant_id',
      'connection_id',
      'identity_user_id',
    ),
  )
  await index('identities', 'tenant_id', 'user_id')
  await create('user_identifiers', (table) =>
    key(
      text(table, 'tenant_id', 'connection_id', 'kind', 'value', 'user_id'),
      'user_identifiers',
      'tenant_id',
      'connection_id',
      'value',
    ),
  )
  await index('user_identifiers', 'tenant_id', 'user_id')
  await create('credentials', (table) =>
    key(
      integer(text(table, 'tenant_id', 'user_id', 'password_hash', 'set_through'), 'set_at'),
      'credentials',
      'tenant_id',
      'user_id',
    ),
  )

  await create('migration_records', (table) =>
    key(
      maybeInteger(
        integer(
          maybeText(
            text(table, 'tenant_id', 'connection_id', 'record_id', 'state', 'fingerprints'),
            'legacy_id',
            'email',
            'username',
            'user_id',
            'last_outcome',
            'last_error',
            'drift',
            'migrated_through',
          ),
          'created_at',
          'updated_at',
        ),
        'last_outcome_at',
        'migrated_at',
      ),
      'migration_records',
      'tenant_id',
      'connection_id',
      'record_id',
    ),
  )
  await uniqueIndex('migration_records', 'tenant_id', 'connection_id', 'legacy_id')
  await index('migration_records', 'tenant_id', 'connection_id', 'state', 'record_id')
  await index('migration_records', 'tenant_id', 'user_id')
  await create('migration_identifiers', (table) =>
    key(
      text(table, 'tenant_id', 'connection_id', 'identifier', 'record_id'),
      'migration_identifiers',
      'tenant_id',
      'connection_id',
      'identifier',
    ),
  )
  await index('migration_identifiers', 'tenant_id', 'connection_id', 'record_id')
  await create('migration_events', (table) =>
    key(
      integer(
        maybeText(
          text(table, 'tenant_id', 'connection_id', 'record_id', 'event_id', 'to_state', 'through', 'detail'),
          'from_state',
          'outcome',
        ),
        'at',
      ),
      'migration_events',
      'tenant_id',
      'connection_id',
      'record_id',
      'event_id',
    ),
  )
  await create('migration_days', (table) =>
    key(
      integer(text(table, 'tenant_id', 'connection_id', 'day', 'state'), 'slot', 'value'),
      'migration_days',
      'tenant_id',
      'connection_id',
      'day',
      'state',
      'slot',
    ),
  )

  await create('shield_counters', (table) =>
    key(
      integer(
        maybeText(text(table, 'tenant_id', 'subject', 'description'), 'identifier_digest'),
        'failures',
        'failure_limit',
        'started_at',
        'expires_at',
      ),
      'shield_counters',
      'tenant_id',
      'subject',
    ),
  )
  await index('shield_counters', 'tenant_id', 'expires_at')
  await index('shield_counters', 'tenant_id', 'identifier_digest')
  await create('tickets', (table) =>
    key(
      maybeInteger(
        integer(
          maybeText(
            text(table, 'tenant_id', 'ticket_digest', 'kind', 'data'),
            'connection_id',
            'user_id',
            'legacy_id',
            'email',
          ),
          'created_at',
          'expires_at',
        ),
        'used_at',
      ),
      'tickets',
      'tenant_id',
      'ticket_digest',
    ),
  )
  await index('tickets', 'tenant_id', 'expires_at')
  await create('outbox', (table) =>
    key(
      integer(
        maybeText(text(table, 'tenant_id', 'message_id', 'message_sealed', 'status'), 'last_error'),
        'attempts',
        'next_attempt_at',
        'created_at',
        'expires_at',
      ),
      'outbox',
      'tenant_id',
      'message_id',
    ),
  )
  await index('outbox', 'tenant_id', 'expires_at')
  await create('token_families', (table) =>
    key(
      maybeInteger(
        integer(
          maybeText(
            text(table, 'tenant_id', 'family_id', 'client_id', 'user_id', 'connection_id', 'scope'),
            'audience',
            'revoked_because',
          ),
          'created_at',
        ),
        'expires_at',
        'revoked_at',
      ),
      'token_families',
      'tenant_id',
      'family_id',
    ),
  )
  await index('token_families', 'tenant_id', 'user_id')
  await index('token_families', 'tenant_id', 'expires_at')
  await create('refresh_tokens', (table) =>
    key(
      maybeInteger(
        integer(text(table, 'tenant_id', 'token_digest', 'family_id'), 'created_at'),
        'last_used_at',
        'rotated_at',
      ),
      'refresh_tokens',
      'tenant_id',
      'token_digest',
    ),
  )
  await index('refresh_tokens', 'tenant_id', 'family_id')

  await create('log_events', (table) =>
    key(
      integer(
        maybeText(
          text(table, 'tenant_id', 'log_id', 'type', 'details'),
          'description',
          'connection_id',
          'connection',
          'client_id',
          'client_name',
          'user_id',
          'user_name',
          'ip',
          'hostname',
          'user_agent',
          'audience',
          'scope',
          'strategy',
          'strategy_type',
        ),
        'date',
      ),
      'log_events',
      'tenant_id',
      'log_id',
    ),
  )
  await index('log_events', 'tenant_id', 'user_id', 'log_id')
  await index('log_events', 'tenant_id', 'type', 'log_id')
  await create('script_logs', (table) =>
    key(
      integer(text(table, 'tenant_id', 'connection_id', 'line_id', 'script', 'call_id', 'level', 'text'), 'at'),
      'script_logs',
      'tenant_id',
      'connection_id',
      'line_id',
    ),
  )
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

/** Every migration of the schema, oldest first. */
export const schemaMigrations: readonly SchemaMigration[] = [{ version: 1, name: 'foundation', up: foundation }]
