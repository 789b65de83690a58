import type { Transaction } from '../tables.ts'
import { integer, key, maybeInteger, maybeText, text, schemaWords } from './schema-words.ts'

/** Makes the tables of users, what they log in with, and their tokens. */
export async function makeUserTables(trx: Transaction): Promise<void> {
  const { create, index } = schemaWords(trx)
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
  await index('tickets', 'tenant_id', 'connection_id', 'email')
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
  // Delivery serves all tenants from one queue.
  await index('outbox', 'status', 'next_attempt_at')
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
}
