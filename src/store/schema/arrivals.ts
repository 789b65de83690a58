import type { ExpressionBuilder } from 'kysely'
import type { Database, Transaction } from '../tables.ts'

/** The part of an address behind its last @: rtrim removes all other characters from the end. */
function domainOf(eb: ExpressionBuilder<Database, 'users'>) {
  const others = eb.fn('replace', ['email_lower', eb.val('@'), eb.val('')])
  const begin = eb.fn<number>('length', [eb.fn('rtrim', ['email_lower', others])])
  return eb.fn<string>('substr', ['email_lower', eb(begin, '+', eb.lit(1))])
}

/** How a user came: by what the ledger says of the move, else by what set the credential. */
function arrivedThrough(eb: ExpressionBuilder<Database, 'users'>, tenant_id: string) {
  const moved = eb
    .selectFrom('migration_records as record')
    .select((of) =>
      of
        .case('record.migrated_through')
        .when('reset_confirm')
        .then<string | null>('reset')
        .else(of.ref('record.migrated_through'))
        .end()
        .as('through'),
    )
    .where('record.tenant_id', '=', tenant_id)
    .whereRef('record.user_id', '=', 'users.user_id')
    .where('record.state', '=', 'migrated')
    .limit(1)
  const credential = eb
    .selectFrom('credentials as credential')
    .select((of) => of.case('credential.set_through').when('signup').then('signup').else('api').end().as('through'))
    .where('credential.tenant_id', '=', tenant_id)
    .whereRef('credential.user_id', '=', 'users.user_id')
  return eb.fn.coalesce(moved, credential, eb.val('legacy_mode'))
}

/** Fills the new columns for the users of a tenant, from the ledger and the credentials. */
async function fillColumns(trx: Transaction, tenant_id: string): Promise<void> {
  await trx
    .updateTable('users')
    .set((eb) => ({
      email_domain: domainOf(eb),
      arrived_at: eb.ref('users.created_at'),
      arrived_through: arrivedThrough(eb, tenant_id),
    }))
    .where('users.tenant_id', '=', tenant_id)
    .execute()
}

/**
 * Adds how and when each user came into this store, the domain of the e-mail address, and the indexes of searches by these and for blocked
 * users. Of existing users the ledger says how they moved, and the credential how the others came.
 */
export async function addArrivals(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('users').addColumn('email_domain', 'text').execute()
  await trx.schema.alterTable('users').addColumn('arrived_through', 'text').execute()
  await trx.schema.alterTable('users').addColumn('arrived_at', 'bigint').execute()
  const tenants = await trx.selectFrom('tenants').select('tenant_id').execute()
  for (const { tenant_id } of tenants) await fillColumns(trx, tenant_id)
  for (const column of ['email_domain', 'arrived_through', 'blocked']) {
    await trx.schema
      .createIndex(`users_by_${column}_created_at_user_id`)
      .on('users')
      .columns(['tenant_id', column, 'created_at', 'user_id'])
      .execute()
  }
}
