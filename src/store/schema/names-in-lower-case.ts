import { sql } from 'kysely'
import { engineOf } from '../engine.ts'
import type { Transaction } from '../tables.ts'

const names = ['name', 'nickname', 'given_name', 'family_name'] as const
const users_at_once = 1000

/**
 * Writes the names of a tenant's users with other letters than those of ASCII in lower case. What PostgreSQL's lower() makes of these depends
 * on the locale of the database.
 */
async function foldOtherLetters(trx: Transaction, tenant_id: string): Promise<void> {
  let after = ''
  for (;;) {
    const users = await trx
      .selectFrom('users')
      .select(['user_id', ...names])
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '>', after)
      .where((row) =>
        row.or(
          names.map((name) => row(row.fn<number>('octet_length', [name]), '<>', row.fn<number>('length', [name]))),
        ),
      )
      .orderBy('user_id')
      .limit(users_at_once)
      .execute()
    for (const { user_id, ...given } of users) {
      await trx
        .updateTable('users')
        .set({
          name_lower: given.name?.toLowerCase() ?? null,
          nickname_lower: given.nickname?.toLowerCase() ?? null,
          given_name_lower: given.given_name?.toLowerCase() ?? null,
          family_name_lower: given.family_name?.toLowerCase() ?? null,
        })
        .where('tenant_id', '=', tenant_id)
        .where('user_id', '=', user_id)
        .execute()
    }
    const last = users.at(-1)
    if (!last) return
    after = last.user_id
  }
}

/** Adds the names of users in lower case, by which they are searched and sorted, and replaces the indexes of the names by theirs. */
export async function addNamesInLowerCase(trx: Transaction): Promise<void> {
  const is_postgres = engineOf(trx) === 'postgres'
  for (const name of names) {
    await trx.schema.alterTable('users').addColumn(`${name}_lower`, 'text').execute()
    if (is_postgres) {
      await trx.schema
        .alterTable('users')
        .alterColumn(`${name}_lower`, (column) => column.setDataType(sql`text collate "C"`))
        .execute()
    }
    await trx.schema.dropIndex(`users_by_${name}_user_id`).execute()
  }
  const tenants = await trx.selectFrom('tenants').select('tenant_id').execute()
  for (const { tenant_id } of tenants) {
    await trx
      .updateTable('users')
      .set((row) => {
        const lower = (name: (typeof names)[number]) => row.fn<string>(is_postgres ? 'lower' : 'unicode_lower', [name])
        return {
          name_lower: lower('name'),
          nickname_lower: lower('nickname'),
          given_name_lower: lower('given_name'),
          family_name_lower: lower('family_name'),
        }
      })
      .where('tenant_id', '=', tenant_id)
      .execute()
    if (is_postgres) await foldOtherLetters(trx, tenant_id)
  }
  for (const name of names) {
    await trx.schema
      .createIndex(`users_by_${name}_lower_user_id`)
      .on('users')
      .columns(['tenant_id', `${name}_lower`, 'user_id'])
      .execute()
  }
}
