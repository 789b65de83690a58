import { randomInt } from 'node:crypto'
import { prepareQuery } from './prepared-query.ts'
import type { Db, LoginCountsTable } from './tables.ts'

// Logins of one client at the same time write different rows, so that they rarely wait for each other.
const slots = 16

/** A login that is counted. `day`: `YYYY-MM-DD` in UTC; `client_id` is empty where no client is known. */
export type CountedLogin = Omit<LoginCountsTable, 'slot' | 'logins'>

const upsert = (db: Db, { row }: { row: LoginCountsTable }) =>
  db
    .insertInto('login_counts')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id', 'day', 'client_id', 'outcome', 'slot'])
        .doUpdateSet((kept) => ({ logins: kept('login_counts.logins', '+', kept.ref('excluded.logins')) })),
    )
const upsertCount = prepareQuery(upsert)
const upsertCountAsync = prepareQuery(upsert, { awaits_disk: false })

/** Counts a login, in the transaction that writes its log event where there is one. */
export async function countLogin(
  db: Db,
  login: CountedLogin,
  { awaits_disk }: { awaits_disk: boolean },
): Promise<void> {
  const row = { ...login, slot: randomInt(slots), logins: 1 }
  await (awaits_disk ? upsertCount : upsertCountAsync)(db, { row })
}

/** The logins of a connection on one day, by client and outcome. */
export async function readLoginCounts(
  db: Db,
  { tenant_id, connection_id, day }: Pick<CountedLogin, 'tenant_id' | 'connection_id' | 'day'>,
): Promise<{ client_id: string; outcome: string; logins: number }[]> {
  const rows = await db
    .selectFrom('login_counts')
    .select((row) => ['client_id', 'outcome', row.fn.sum<number | string>('logins').as('logins')])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('day', '=', day)
    .groupBy(['client_id', 'outcome'])
    .execute()
  return rows.map((row) => ({ ...row, logins: Number(row.logins) }))
}

/** Deletes the counts of the oldest day of a tenant before `day`, and returns the number of rows: 0 when there is none. */
export async function purgeLoginCounts(db: Db, tenant_id: string, day: string): Promise<number> {
  const oldest = await db
    .selectFrom('login_counts')
    .select('day')
    .where('tenant_id', '=', tenant_id)
    .where('day', '<', day)
    .orderBy('day')
    .limit(1)
    .executeTakeFirst()
  if (!oldest) return 0
  const { numDeletedRows } = await db
    .deleteFrom('login_counts')
    .where('tenant_id', '=', tenant_id)
    .where('day', '=', oldest.day)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
