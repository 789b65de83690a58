import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of refresh tokens. */
export async function makeTokenTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('token_families')
    .addColumn('tenant_id', 'text', required)
    .addColumn('family_id', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('user_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('scope', 'text', required)
    .addColumn('audience', 'text')
    .addColumn('revoked_because', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addPrimaryKeyConstraint('token_families_key', ['tenant_id', 'family_id'])
    .execute()
  await trx.schema
    .createIndex('token_families_by_user_id')
    .on('token_families')
    .columns(['tenant_id', 'user_id'])
    .execute()
  await trx.schema
    .createIndex('token_families_by_expires_at')
    .on('token_families')
    .columns(['tenant_id', 'expires_at'])
    .execute()
  await trx.schema
    .createTable('refresh_tokens')
    .addColumn('tenant_id', 'text', required)
    .addColumn('token_digest', 'text', required)
    .addColumn('family_id', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_used_at', 'bigint')
    .addColumn('rotated_at', 'bigint')
    .addPrimaryKeyConstraint('refresh_tokens_key', ['tenant_id', 'token_digest'])
    .execute()
  await trx.schema
    .createIndex('refresh_tokens_by_family_id')
    .on('refresh_tokens')
    .columns(['tenant_id', 'family_id'])
    .execute()
}
