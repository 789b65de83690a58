import { deleteUntil } from '../store/delete-until.ts'
import type { Transaction } from '../store/tables.ts'

/** Deletes sessions of a tenant that have ended by `at`, and returns their number: at most 500. */
export async function purgeSessions(trx: Transaction, tenant_id: string, at: number): Promise<number> {
  return await deleteUntil(trx, tenant_id, { table: 'sessions', column: 'expires_at' }, at)
}
