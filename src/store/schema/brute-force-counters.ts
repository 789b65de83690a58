import type { BruteForceCountersTable, Transaction } from '../tables.ts'

const columns = [
  'tenant_id',
  'subject',
  'description',
  'identifier_digest',
  'failures',
  'failure_limit',
  'started_at',
  'expires_at',
] as const satisfies (keyof BruteForceCountersTable)[]

/** Moves the counters of failed logins to the table `brute_force_counters`. */
export async function renameBruteForceCounters(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('brute_force_counters')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('identifier_digest', 'text')
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('failure_limit', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('brute_force_counters_key', ['tenant_id', 'subject'])
    .execute()
  await trx.schema
    .createIndex('brute_force_counters_by_identifier_digest')
    .on('brute_force_counters')
    .columns(['tenant_id', 'identifier_digest'])
    .execute()
  const with_old_table = trx.withTables<{ shield_counters: BruteForceCountersTable }>()
  await trx
    .insertInto('brute_force_counters')
    .columns(columns)
    .expression(with_old_table.selectFrom('shield_counters').select(columns))
    .execute()
  await trx.schema.dropTable('shield_counters').execute()
}
