import { sql } from 'kysely'
import { engineOf } from '../engine.ts'
import { foldOtherLetters, name_has_other_letters } from '../fold-other-letters.ts'
import type { Transaction } from '../tables.ts'

const names = ['name', 'nickname', 'given_name', 'family_name'] as const

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
      .$if(is_postgres, (query) =>
        query.where((row) => row.not(row.fn.coalesce(name_has_other_letters, row.lit(false)))),
      )
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
