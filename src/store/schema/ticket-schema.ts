import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Makes the tables of mailed links and of mail. */
export async function makeTicketTables(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('tickets')
    .addColumn('tenant_id', 'text', required)
    .addColumn('ticket_digest', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('connection_id', 'text')
    .addColumn('user_id', 'text')
    .addColumn('legacy_id', 'text')
    .addColumn('email', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('used_at', 'bigint')
    .addPrimaryKeyConstraint('tickets_key', ['tenant_id', 'ticket_digest'])
    .execute()
  await trx.schema.createIndex('tickets_by_expires_at').on('tickets').columns(['tenant_id', 'expires_at']).execute()
  await trx.schema
    .createIndex('tickets_by_connection_id_email')
    .on('tickets')
    .columns(['tenant_id', 'connection_id', 'email'])
    .execute()
  await trx.schema
    .createTable('outbox')
    .addColumn('tenant_id', 'text', required)
    .addColumn('message_id', 'text', required)
    .addColumn('message_sealed', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('last_error', 'text')
    .addColumn('attempts', 'bigint', required)
    .addColumn('next_attempt_at', 'bigint', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('outbox_key', ['tenant_id', 'message_id'])
    .execute()
  await trx.schema.createIndex('outbox_by_expires_at').on('outbox').columns(['tenant_id', 'expires_at']).execute()
  // Delivery serves all tenants from one queue.
  await trx.schema
    .createIndex('outbox_by_next_attempt_at')
    .on('outbox')
    .columns(['status', 'next_attempt_at'])
    .execute()
}
