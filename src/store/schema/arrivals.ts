import { sql } from 'kysely'
import type { Transaction } from '../tables.ts'

// The part of an address behind its last @: rtrim removes all other characters from the end.
const domain = sql`substr(email_lower, length(rtrim(email_lower, replace(email_lower, '@', ''))) + 1)`

/** The values of the new columns for the users of a tenant, from the ledger and the credentials. */
async function fillColumns(trx: Transaction, tenant_id: string): Promise<void> {
  await sql`update users set email_domain = ${domain}, arrived_at = created_at, arrived_through = coalesce(
    (select case record.migrated_through when 'reset_confirm' then 'reset' else record.migrated_through end
      from migration_records as record
      where record.tenant_id = ${tenant_id} and record.user_id = users.user_id and record.state = 'migrated' limit 1),
    (select case credential.set_through when 'signup' then 'signup' else 'api' end
      from credentials as credential where credential.tenant_id = ${tenant_id} and credential.user_id = users.user_id),
    'legacy_mode')
    where tenant_id = ${tenant_id}`.execute(trx)
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
