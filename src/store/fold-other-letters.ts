import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Transaction } from './tables.ts'

const names = ['name', 'nickname', 'given_name', 'family_name'] as const
const users_at_once = 1000

/** Whether a row of `users` has a name with other letters than those of ASCII. What PostgreSQL's lower() makes of these depends on the locale of the database. */
export const name_has_other_letters: RawBuilder<SqlBool> = sql<SqlBool>`(${sql.join(
  names.map((name) => sql`octet_length(${sql.ref(name)}) <> length(${sql.ref(name)})`),
  sql` or `,
)})`

/**
 * Writes the names of a tenant's users with other letters than those of ASCII in lower case, 1000 users in a statement: for the schema step that
 * adds these columns, on PostgreSQL.
 */
export async function foldOtherLetters(trx: Transaction, tenant_id: string): Promise<void> {
  let after = ''
  for (;;) {
    const users = await trx
      .selectFrom('users')
      .select(['user_id', ...names])
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '>', after)
      .where(name_has_other_letters)
      .orderBy('user_id')
      .limit(users_at_once)
      .execute()
    const last = users.at(-1)
    if (!last) return
    const columns = [
      users.map(({ user_id }) => user_id),
      ...names.map((name) => users.map((user) => user[name]?.toLowerCase() ?? null)),
    ]
    // The range of ids lets PostgreSQL read these users only.
    await sql`update users set name_lower = folded.name, nickname_lower = folded.nickname, given_name_lower = folded.given_name,
        family_name_lower = folded.family_name
      from unnest(${sql.join(columns.map((values) => sql`${values}::text[]`))})
        as folded (user_id, name, nickname, given_name, family_name)
      where users.tenant_id = ${tenant_id} and users.user_id > ${after} and users.user_id <= ${last.user_id}
        and users.user_id = folded.user_id`.execute(trx)
    after = last.user_id
  }
}
