import type { Transaction } from '../tables.ts'
import { integer, key, maybeText, text, schemaWords } from './schema-words.ts'

/** Makes the tables of logs and of the installation. */
export async function makeLogTables(trx: Transaction): Promise<void> {
  const { create, index } = schemaWords(trx)
  await create('installation', (table) => key(text(table, 'name', 'value'), 'installation', 'name'))
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
}
