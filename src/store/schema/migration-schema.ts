import type { Transaction } from '../tables.ts'
import { integer, key, maybeInteger, maybeText, text, schemaWords } from './schema-words.ts'

/** Makes the tables of the ledger and what is counted for it. */
export async function makeMigrationTables(trx: Transaction): Promise<void> {
  const { create, index, uniqueIndex } = schemaWords(trx)
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
}
