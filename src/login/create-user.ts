import type { Connection } from '../connections/connection.ts'
import { Refusal, invalidBody } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import { newCredential } from '../users/write-credential.ts'
import type { FindLegacyOwnerDeps } from './find-legacy-owner.ts'
import { checkUserFields, insertLocalUser, type UserFields } from './insert-local-user.ts'
import { isIdentifierTaken } from './is-identifier-taken.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { sendVerification, type SendVerificationDeps } from './verify-email.ts'

/** Dependencies of `createUser`. */
export type CreateUserDeps = FindLegacyOwnerDeps & SendVerificationDeps & { passwords: Pick<Passwords, 'hash'> }

/** A request of the Management API to create a user. */
export type CreateUserRequest = {
  tenant: Tenant
  connection: Connection
  fields: UserFields & { password?: string | undefined; verify_email?: boolean | undefined }
  caller: Caller
}

/**
 * Creates a user for the Management API. In import mode the identifiers are first looked up in the legacy store, as at sign-up.
 *
 * @throws {Refusal} `invalid_body`, `weak_password`, `user_exists`, `signup_unavailable`,
 *   `legacy_mode_unsupported`, `plan_required`
 */
export async function createUser(
  deps: CreateUserDeps,
  { tenant, connection, fields }: CreateUserRequest,
): Promise<User> {
  const { password, verify_email, ...rest } = fields
  if (password === undefined) throw invalidBody('Missing required property: password')
  const checked = checkUserFields(connection, rest)
  checkPasswordPolicy(connection.options, password)
  if (await isIdentifierTaken(deps, tenant, connection, checked.typed, 'api')) throw new Refusal('user_exists')
  const password_hash = await deps.passwords.hash(password, connection.tenant_id)
  const user = await inTransaction(deps.db, (trx) =>
    insertLocalUser(trx, connection, checked, newCredential(password_hash, 'api'), {
      through: 'api',
      at: deps.clock.now(),
    }),
  ).catch((error: unknown) => {
    throw uniqueViolation(error) === undefined ? error : new Refusal('user_exists')
  })
  if (verify_email !== false && !user.email_verified) await sendVerification(deps, { tenant, connection, user })
  return user
}
