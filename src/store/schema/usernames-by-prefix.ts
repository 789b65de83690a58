import { sql } from 'kysely'
import { engineOf } from '../engine.ts'
import type { Transaction } from '../tables.ts'

/**
 * Adds the index by which users are found by the beginning of a username: searches of it keep letter case, so that the index of its
 * canonical form does not serve them. On PostgreSQL the column gets the collation "C", as the others that are searched by prefix.
 */
export async function indexUsernamesByPrefix(trx: Transaction): Promise<void> {
  if (engineOf(trx) === 'postgres') {
    await trx.schema
      .alterTable('users')
      .alterColumn('username', (column) => column.setDataType(sql`text collate "C"`))
      .execute()
  }
  await trx.schema
    .createIndex('users_by_username_user_id')
    .on('users')
    .columns(['tenant_id', 'username', 'user_id'])
    .execute()
}
