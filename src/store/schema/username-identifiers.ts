import type { Transaction } from '../tables.ts'

/**
 * Adds the identifiers of moved users whose username contains @, which earlier versions did not add: without them the users cannot log in by
 * it after the scripts have ended. A value that is an identifier already stays with its user.
 */
export async function addUsernameIdentifiers(trx: Transaction): Promise<void> {
  const tenants = await trx.selectFrom('tenants').select('tenant_id').execute()
  for (const { tenant_id } of tenants) {
    await trx
      .insertInto('user_identifiers')
      .columns(['tenant_id', 'connection_id', 'kind', 'value', 'user_id'])
      .expression((db) =>
        db
          .selectFrom('users')
          .innerJoin('credentials', (join) =>
            join
              .onRef('credentials.tenant_id', '=', 'users.tenant_id')
              .onRef('credentials.user_id', '=', 'users.user_id'),
          )
          .select((row) => [
            'users.tenant_id',
            'users.connection_id',
            row.val('username').as('kind'),
            row.fn.coalesce('users.username_lower', row.val('')).as('value'),
            'users.user_id',
          ])
          .where('users.tenant_id', '=', tenant_id)
          .where('users.username_lower', 'like', '%@%')
          .where((row) =>
            row.or([
              row('users.email_lower', 'is', null),
              row('users.email_lower', '<>', row.ref('users.username_lower')),
            ]),
          )
          .orderBy('users.created_at')
          .orderBy('users.user_id'),
      )
      .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'value']).doNothing())
      .execute()
  }
}
