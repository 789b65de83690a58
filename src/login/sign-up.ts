import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller, type NewLogEvent } from '../logs/record-event.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import { countAsking, sign_ups_per_address } from './asking-limit.ts'
import { checkUserFields, insertLocalUser, type UserFields } from './insert-local-user.ts'
import { isTaken } from './is-taken.ts'
import type { LoginParts } from './login-parts.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { countedAddress } from './shield.ts'
import { sendVerification } from './verify-email.ts'

/** Somebody who wants to become a user. */
export type SignUpRequest = Omit<
  UserFields,
  'user_id' | 'app_metadata' | 'blocked' | 'email_verified' | 'phone_verified'
> & {
  tenant: Tenant
  connection: Connection
  client: Client
  email: string
  password: string
  caller: Caller
}

function eventOf({ connection, client, email, caller }: SignUpRequest, type: 'ss' | 'fs'): NewLogEvent {
  return {
    type,
    connection_id: connection.connection_id,
    connection: connection.name,
    client_id: client.client_id,
    client_name: client.name,
    user_name: email.trim(),
    strategy: connection.strategy,
    strategy_type: 'database',
    caller,
  }
}

/**
 * Makes a user of somebody who signs up. In import mode a person whom the legacy store knows exists already,
 * though they have not moved: they are to log in with the password they have.
 *
 * @throws {Refusal} `signup_disabled`, `invalid_body`, `weak_password`, `signup_user_exists`,
 *   `signup_unavailable`, `legacy_mode_unsupported`, `plan_required`, `too_many_requests`
 */
export async function signUp(parts: LoginParts, request: SignUpRequest): Promise<User> {
  const { tenant, connection, client, password, caller } = request
  try {
    if (connection.options.disable_signup === true) throw new Refusal('signup_disabled')
    const checked = checkUserFields(connection, request)
    checkPasswordPolicy(connection.options, password)
    const asked = await countAsking(parts, tenant.tenant_id, sign_ups_per_address, countedAddress(caller.ip))
    if (asked !== 'within')
      throw new Refusal('too_many_requests', { retry_after_s: sign_ups_per_address.window_ms / 1000 })
    if (await isTaken(parts, tenant, connection, checked.typed, 'signup')) throw new Refusal('signup_user_exists')
    const password_hash = await parts.passwords.hash(password)
    const user = await inTransaction(parts.db, async (trx) => {
      const at = parts.clock.now()
      const made = await insertLocalUser(trx, connection, checked, { ...password_hash, set_through: 'signup' }, at)
      await recordEvent(trx, tenant.tenant_id, at, { ...eventOf(request, 'ss'), user_id: made.user_id })
      return made
    }).catch((error: unknown) => {
      // Somebody signed up, or moved, under this identifier in the meantime.
      throw uniqueViolation(error) === undefined ? error : new Refusal('signup_user_exists')
    })
    await sendVerification(parts, { tenant, connection, client, user })
    return user
  } catch (error) {
    if (error instanceof Refusal) {
      const description = error.message
      await recordEvent(parts.db, tenant.tenant_id, parts.clock.now(), {
        ...eventOf(request, 'fs'),
        description,
        caller,
      })
    }
    throw error
  }
}
