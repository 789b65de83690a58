import { Refusal } from '../contract/refusal.ts'
import type { LoginDeps } from '../login/login.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { NewSession } from '../sessions/session.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { newCredential, setPassword } from '../users/write-credential.ts'
import { checkAdminPassword } from './admin-password.ts'
import { logInAdmin } from './log-in-admin.ts'
import { startAdminSession } from './start-admin-session.ts'

/** The change that a signed-in admin asks for. `system` is the system tenant. */
export type OwnPasswordChange = {
  system: Tenant
  user_id: string
  email: string
  current_password: string
  password: string
  caller: Caller
}

/**
 * Changes the password of a signed-in admin, who proves the existing one: a session alone, which may be stolen, changes none, and a wrong
 * password counts for brute-force protection as at the sign-in. Every session, token and link for a new password of before ends. Of concurrent changes, one succeeds.
 *
 * @returns the new session of the browser
 * @throws {Refusal} `weak_password`, `password_too_long`, and that of a failed login (`wrong_credentials`, `too_many_attempts`, …)
 */
export async function changeOwnPassword(
  deps: LoginDeps,
  { system, user_id, email, current_password, password, caller }: OwnPasswordChange,
): Promise<NewSession> {
  const { tenant_id } = system
  checkAdminPassword(email, password)
  const login = { system, email, password: current_password, caller }
  return await logInAdmin(deps, login, async (admin) => {
    // The address belongs to another admin by now.
    if (admin.user_id !== user_id) throw new Refusal('wrong_credentials')
    const hash = await deps.passwords.hash(password, tenant_id)
    const { connection_id, at } = admin
    return async (trx) => {
      await setPassword(trx, tenant_id, user_id, newCredential(hash, 'reset'), { at, ticket_digest: null })
      await recordEvent(trx, tenant_id, at, {
        type: 'scp',
        description: 'An admin changed the password in the dashboard',
        connection_id,
        user_id,
        user_name: email,
        caller,
      })
      return await startAdminSession(trx, { system, connection_id, user_id, caller }, at)
    }
  })
}
