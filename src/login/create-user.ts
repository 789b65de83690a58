import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import { checkUserFields, insertLocalUser, type UserFields } from './insert-local-user.ts'
import { isTaken } from './is-taken.ts'
import type { LoginParts } from './login-parts.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { sendVerification } from './verify-email.ts'

/** A user whom an administrator makes. */
export type CreateUserRequest = {
  tenant: Tenant
  connection: Connection
  fields: UserFields & { password?: string | undefined; verify_email?: boolean | undefined }
  caller: Caller
}

/**
 * Makes a user for an administrator. In import mode the legacy store is asked first, as at a sign-up.
 *
 * @throws {Refusal} `invalid_body`, `weak_password`, `user_exists`, `signup_unavailable`,
 *   `legacy_mode_unsupported`, `plan_required`
 */
export async function createUser(parts: LoginParts, { tenant, connection, fields }: CreateUserRequest): Promise<User> {
  const { password, verify_email, ...rest } = fields
  if (password === undefined) {
    throw new Refusal('invalid_body', { message: "Payload validation error: 'Missing required property: password'." })
  }
  const checked = checkUserFields(connection, rest)
  checkPasswordPolicy(connection.options, password)
  if (await isTaken(parts, tenant, connection, checked.typed, 'api')) throw new Refusal('user_exists')
  const password_hash = await parts.passwords.hash(password)
  const user = await inTransaction(parts.db, (trx) =>
    insertLocalUser(trx, connection, checked, { ...password_hash, set_through: 'api' }, parts.clock.now()),
  ).catch((error: unknown) => {
    throw uniqueViolation(error) === undefined ? error : new Refusal('user_exists')
  })
  if (verify_email !== false && !user.email_verified) await sendVerification(parts, { tenant, connection, user })
  return user
}
