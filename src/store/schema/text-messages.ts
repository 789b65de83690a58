import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Adds text messages to the outbox, and the codes for new passwords that they hold. */
export async function addTextMessages(trx: Transaction): Promise<void> {
  await trx.schema
    .alterTable('outbox')
    .addColumn('channel', 'text', (column) => column.notNull().defaultTo('mail'))
    .execute()
  await trx.schema
    .createTable('reset_codes')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('identifier_digest', 'text', required)
    .addColumn('code_digest', 'text', required)
    .addColumn('user_id', 'text')
    .addColumn('legacy_id', 'text')
    .addColumn('phone_number', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('tries_left', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('reset_codes_key', ['tenant_id', 'connection_id', 'identifier_digest'])
    .execute()
  await trx.schema
    .createIndex('reset_codes_by_expires_at')
    .on('reset_codes')
    .columns(['tenant_id', 'expires_at'])
    .execute()
  await trx.schema.createIndex('reset_codes_by_user_id').on('reset_codes').columns(['tenant_id', 'user_id']).execute()
}
