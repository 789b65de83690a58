import { sql } from 'kysely'
import { engineOf } from '../engine.ts'
import type { Transaction } from '../tables.ts'

// Each ends with the column that orders users with the same value.
const indexes: readonly [string, ...string[]][] = [
  ['email_lower'],
  ['username_lower'],
  ['phone_number'],
  ['name'],
  ['nickname'],
  ['given_name'],
  ['family_name'],
  ['last_login'],
  ['last_password_reset'],
  ['created_at'],
  ['connection_id', 'created_at'],
]

const replaced = [
  'users_by_email_lower',
  'users_by_username_lower',
  'users_by_connection_id_created_at',
  'users_by_created_at',
]

/**
 * Adds an index for each order of users that an index serves. On PostgreSQL, columns that are searched by prefix get the collation "C":
 * in any other, an index does not serve prefixes. SQLite compares bytes in any case.
 */
export async function addListIndexes(trx: Transaction): Promise<void> {
  for (const name of replaced) await trx.schema.dropIndex(name).execute()
  if (engineOf(trx) === 'postgres') {
    const bytewise = sql`text collate "C"`
    await trx.schema
      .alterTable('users')
      .alterColumn('email_lower', (column) => column.setDataType(bytewise))
      .execute()
    await trx.schema
      .alterTable('users')
      .alterColumn('username_lower', (column) => column.setDataType(bytewise))
      .execute()
    await trx.schema
      .alterTable('migration_identifiers')
      .alterColumn('identifier', (column) => column.setDataType(bytewise))
      .execute()
  }
  for (const columns of indexes) {
    await trx.schema
      .createIndex(`users_by_${columns.join('_')}_user_id`)
      .on('users')
      .columns(['tenant_id', ...columns, 'user_id'])
      .execute()
  }
}
