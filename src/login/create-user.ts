import type { Connection } from '../connections/connection.ts'
import { hasScripts, runsScript } from '../connections/script-matrix.ts'
import { Refusal, invalidBody } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import { newCredential } from '../users/write-credential.ts'
import { refusalEventDetails } from './change-legacy-store.ts'
import { createInLegacyStore, type CreateInLegacyStoreDeps } from './create-in-legacy-store.ts'
import type { FindLegacyOwnerDeps } from './find-legacy-owner.ts'
import { checkUserFields, insertLocalUser, type CheckedUser, type UserFields } from './insert-local-user.ts'
import { isIdentifierTaken } from './is-identifier-taken.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { enqueueRegistered, withRegistrationMetadata, type RegistrationDeps } from './registration.ts'
import { userEvent } from './user-event.ts'
import { sendVerification, type SendVerificationDeps } from './verify-email.ts'

/** Dependencies of `createUser`. */
export type CreateUserDeps = FindLegacyOwnerDeps &
  CreateInLegacyStoreDeps &
  SendVerificationDeps &
  RegistrationDeps & { passwords: Pick<Passwords, 'hash'> }

/** A request of the Management API to create a user. */
export type CreateUserRequest = {
  tenant: Tenant
  connection: Connection
  fields: UserFields & { password?: string | undefined; verify_email?: boolean | undefined }
  caller: Caller
  /** The client of the request. */
  client_id: string
}

type CheckedRequest = CreateUserRequest & { checked: CheckedUser; password: string }

async function createLocalUser(deps: CreateUserDeps, request: CheckedRequest): Promise<User> {
  const { connection, checked, password, client_id, caller } = request
  const password_hash = await deps.passwords.hash(password, connection.tenant_id)
  return await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    const credential = newCredential(password_hash, 'api')
    const user = await insertLocalUser(trx, connection, checked, credential, { through: 'api', at })
    await enqueueRegistered(trx, { connection, client_id, caller, at }, user.user_id)
    return user
  }).catch((error: unknown) => {
    throw uniqueViolation(error) === undefined ? error : new Refusal('user_exists')
  })
}

async function createUserInLegacyStore(deps: CreateUserDeps, request: CheckedRequest): Promise<User> {
  const { tenant, connection, caller } = request
  if (request.fields.user_id !== undefined) throw invalidBody('The legacy store chooses the id', 'user_id')
  const event = userEvent({ connection, caller }, request.checked.typed[0] ?? '')
  try {
    return await createInLegacyStore(deps, { ...request, through: 'api', event })
  } catch (error) {
    if (error instanceof Refusal) {
      const failed = { ...event, type: 'fs' as const, description: error.message, ...refusalEventDetails(error) }
      await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), failed)
    }
    throw error
  }
}

/**
 * Creates a user for the Management API. In import mode the identifiers are first looked up in the legacy store, as at sign-up; in legacy
 * mode the user is created there: see `createInLegacyStore`. Actions run as at sign-up.
 *
 * @throws {Refusal} `registration_denied`, `registration_failed`, `invalid_body`, `weak_password`, `user_exists`, `signup_unavailable`, `plan_required`; in legacy mode `script_missing`
 *   and those of `createInLegacyStore`
 */
export async function createUser(deps: CreateUserDeps, request: CreateUserRequest): Promise<User> {
  const { tenant, connection, fields } = request
  const { password, verify_email, ...rest } = fields
  if (password === undefined) throw invalidBody('Missing required property: password')
  const given = checkUserFields(connection, rest, 'api')
  checkPasswordPolicy(connection.options, password)
  if (await isIdentifierTaken(deps, tenant, connection, given.typed, 'api')) throw new Refusal('user_exists')
  const checked = await withRegistrationMetadata(deps, { tenant, connection, caller: request.caller }, given)
  const checked_request = { ...request, checked, password }
  const user = runsScript(connection, 'sign_up', 'create')
    ? await createUserInLegacyStore(deps, checked_request)
    : await createLocalUser(deps, checked_request)
  if (verify_email !== false && !user.email_verified && hasScripts(connection, 'verification')) {
    await sendVerification(deps, { tenant, connection, user })
  }
  return user
}
