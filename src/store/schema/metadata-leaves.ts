import { sql } from 'kysely'
import { engineOf } from '../engine.ts'
import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/**
 * Adds the index of users' metadata. Existing users get a row that says that their documents are not indexed yet; a job indexes them while
 * the server runs.
 */
export async function addMetadataLeaves(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('metadata_leaves')
    .addColumn('tenant_id', 'text', required)
    .addColumn('path', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('value', 'text', required)
    .addColumn('user_id', 'text', required)
    .addPrimaryKeyConstraint('metadata_leaves_key', ['tenant_id', 'path', 'kind', 'value', 'user_id'])
    .execute()
  // In any other collation an index on PostgreSQL does not serve prefixes, and ranges depend on it.
  if (engineOf(trx) === 'postgres') {
    await trx.schema
      .alterTable('metadata_leaves')
      .alterColumn('value', (column) => column.setDataType(sql`text collate "C"`))
      .execute()
  }
  const tenants = await trx.selectFrom('tenants').select('tenant_id').execute()
  for (const { tenant_id } of tenants) {
    await trx
      .insertInto('metadata_leaves')
      .columns(['tenant_id', 'path', 'kind', 'value', 'user_id'])
      .expression((db) =>
        db
          .selectFrom('users')
          .select((row) => [
            'users.tenant_id',
            row.val('').as('path'),
            row.val('document').as('kind'),
            row.val('pending').as('value'),
            'users.user_id',
          ])
          .where('users.tenant_id', '=', tenant_id)
          .where((row) => row.or([row('users.user_metadata', '<>', '{}'), row('users.app_metadata', '<>', '{}')])),
      )
      .execute()
  }
  await trx.schema
    .createIndex('metadata_leaves_by_user_id')
    .on('metadata_leaves')
    .columns(['tenant_id', 'user_id'])
    .execute()
}
