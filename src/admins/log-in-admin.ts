import { clientById } from '../clients/client.ts'
import { logIn, type LoginDeps } from '../login/login.ts'
import type { Caller } from '../logs/record-event.ts'
import { no_grant } from '../rules/post-login.ts'
import type { Transaction } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { adminConnection, dashboard_client_id } from './system-tenant.ts'

/** A login of an admin with the existing password. `system` is the system tenant. */
type AdminLogin = { system: Tenant; email: string; password: string; caller: Caller }

/** An admin whose password was right. `at` is in epoch milliseconds. */
export type LoggedInAdmin = { user_id: string; connection_id: string; at: number }

/**
 * Logs an admin in with the existing password, and writes what it permits in the transaction of the login. A wrong password counts for
 * brute-force protection.
 *
 * @param prepare called once the password was right; answers the writes
 * @throws {Refusal} that of a failed login (`wrong_credentials`, `too_many_attempts`, `user_blocked`, `overloaded`, …)
 */
export async function logInAdmin<Written>(
  deps: LoginDeps,
  { system, email, password, caller }: AdminLogin,
  prepare: (admin: LoggedInAdmin) => Promise<(trx: Transaction) => Promise<Written>>,
): Promise<Written> {
  const connection = await adminConnection(deps.db, system)
  const client = await clientById(deps.db, system.tenant_id, dashboard_client_id)
  if (!client) throw new Error('The system tenant has no client')
  const request = {
    tenant: system,
    connection,
    client,
    identifier: email,
    password,
    caller,
    grant: no_grant,
    can_redirect: false,
  }
  let written: { answer: Written } | undefined
  const result = await logIn(deps, request, async ({ user: { user_id }, at }) => {
    const write = await prepare({ user_id, connection_id: connection.connection_id, at })
    return {
      answer: undefined,
      events: [],
      async write(trx: Transaction) {
        written = { answer: await write(trx) }
      },
    }
  })
  if (result.kind === 'completed' && written) return written.answer
  if (result.kind === 'failed') throw result.refusal
  throw new Error('The login of an admin was redirected')
}
