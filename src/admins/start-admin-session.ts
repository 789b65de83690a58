import { newPrefixedId } from '../base/ids.ts'
import type { Caller } from '../logs/record-event.ts'
import { sessionLifetime } from '../sessions/session-lifetime.ts'
import { insertSession, newSession, type NewSession } from '../sessions/session.ts'
import type { Transaction } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** Records that an admin, who has just chosen a password, is signed in. */
export async function recordSignIn(trx: Transaction, tenant_id: string, user_id: string, at: number): Promise<void> {
  await trx
    .updateTable('users')
    .set({ last_login: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
}

/** An admin who has proven a password. `system` is the system tenant. */
export type ProvenAdmin = { system: Tenant; connection_id: string; user_id: string; caller: Caller }

/** Starts the session of an admin, in the transaction of what the password permitted. */
export async function startAdminSession(
  trx: Transaction,
  { system, connection_id, user_id, caller }: ProvenAdmin,
  at: number,
): Promise<NewSession> {
  const login = { tenant_id: system.tenant_id, user_id, connection_id, request_id: newPrefixedId('req'), amr: ['pwd'] }
  const created = newSession(login, sessionLifetime(system.settings), at)
  await insertSession(trx, created, caller)
  return created
}
