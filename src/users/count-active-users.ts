import { sql } from 'kysely'
import type { Searches } from '../store/searches.ts'

/**
 * The number of users of a tenant whose last login was at `since` (epoch milliseconds) or later.
 *
 * @throws {Refusal} `search_timeout` and `overloaded`
 */
export async function countActiveUsers(searches: Searches, tenant_id: string, since: number): Promise<number> {
  const counted = await searches.run(tenant_id, (db) =>
    db
      .selectFrom('users')
      .select(sql<number | string>`count(*)`.as('total'))
      .where('tenant_id', '=', tenant_id)
      .where('linked_to', 'is', null)
      .where('last_login', '>=', since)
      .executeTakeFirst(),
  )
  return Number(counted?.total ?? 0)
}
