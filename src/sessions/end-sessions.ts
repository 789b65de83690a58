import type { Db, Transaction } from '../store/tables.ts'

/** Ends a session, and with it its authorization codes. Returns false if it had ended before. */
export async function endSession(db: Db | Transaction, tenant_id: string, session_id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenant_id)
    .where('session_id', '=', session_id)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** Ends every session of users: after a change of the password, a block or a deletion, in the same transaction. */
export async function endSessionsOf(trx: Transaction, tenant_id: string, user_ids: string[]): Promise<void> {
  await trx.deleteFrom('sessions').where('tenant_id', '=', tenant_id).where('user_id', 'in', user_ids).execute()
}
