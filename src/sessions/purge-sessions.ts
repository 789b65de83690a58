import type { Transaction } from '../store/tables.ts'

const purged_at_once = 500

/** Deletes sessions of a tenant that have ended by `at`, and returns their number: at most 500. */
export async function purgeSessions(trx: Transaction, tenant_id: string, at: number): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenant_id)
    .where('session_id', 'in', (ended) =>
      ended
        .selectFrom('sessions')
        .select('sessions.session_id')
        .where('sessions.tenant_id', '=', tenant_id)
        .where('sessions.expires_at', '<=', at)
        .limit(purged_at_once),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
