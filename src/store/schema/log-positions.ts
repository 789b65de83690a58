import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Adds the position of a log event, which it gets when it is first read from a checkpoint. Existing events have the first one, 0. */
export async function addLogPositions(trx: Transaction): Promise<void> {
  await trx.schema
    .alterTable('log_events')
    .addColumn('position', 'bigint', (column) => column.defaultTo(0))
    .execute()
  await trx.schema
    .createIndex('log_events_by_position_log_id')
    .on('log_events')
    .columns(['tenant_id', 'position', 'log_id'])
    .execute()
  await trx.schema
    .createTable('log_positions')
    .addColumn('tenant_id', 'text', required)
    .addColumn('last_position', 'bigint', required)
    .addPrimaryKeyConstraint('log_positions_key', ['tenant_id'])
    .execute()
}
