import { countedAddress } from '../base/counted-address.ts'
import { defined } from '../base/defined.ts'
import type { Language } from '../base/message.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { hasScripts, runsScript } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { UnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import { signUpLimit } from '../tenants/attack-protection.ts'
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
import { countRequest } from './request-limit.ts'
import { userEvent } from './user-event.ts'
import { sendVerification, type SendVerificationDeps } from './verify-email.ts'

/** Dependencies of `signUp`. */
export type SignUpDeps = FindLegacyOwnerDeps &
  CreateInLegacyStoreDeps &
  SendVerificationDeps &
  RegistrationDeps & { passwords: Pick<Passwords, 'hash'>; unauthenticated_events: UnauthenticatedEvents }

/** A request to sign up. */
export type SignUpRequest = Omit<
  UserFields,
  'user_id' | 'app_metadata' | 'blocked' | 'email_verified' | 'phone_verified'
> & {
  tenant: Tenant
  connection: Connection
  client?: Client
  password: string
  /** The language of the verification mail; the tenant's first where it is left out. */
  language?: Language
  /** The parameters of the authorization request whose page the user signs up on, without secrets. */
  parameters?: Readonly<Record<string, string>>
  caller: Caller
}

/** Inserts the user into this store. */
async function signUpLocally(deps: SignUpDeps, request: SignUpRequest, checked: CheckedUser): Promise<User> {
  const { tenant, connection, client, password, caller } = request
  const password_hash = await deps.passwords.hash(password, connection.tenant_id)
  return await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    const inserted = await insertLocalUser(trx, connection, checked, newCredential(password_hash, 'signup'), {
      through: 'signup',
      at,
    })
    const event = { ...eventOf(request), type: 'ss' as const, user_id: inserted.user_id }
    await recordEvent(trx, tenant.tenant_id, at, event)
    await enqueueRegistered(
      trx,
      { connection, ...defined({ client_id: client?.client_id }), caller, at },
      inserted.user_id,
    )
    return inserted
  }).catch((error: unknown) => {
    // Another user signed up or moved with this identifier at the same time.
    throw uniqueViolation(error) === undefined ? error : new Refusal('signup_user_exists')
  })
}

const eventOf = (request: SignUpRequest) =>
  userEvent(request, (request.email ?? request.username ?? request.phone_number ?? '').trim())

/** Counts a sign-up against the tenant's limit of an address. @throws {Refusal} `too_many_requests` */
async function requireWithinLimit(deps: SignUpDeps, tenant: Tenant, ip: string): Promise<void> {
  const limit = signUpLimit(tenant, ip)
  if (limit === undefined) return
  const count = await countRequest(deps, tenant.tenant_id, { kind: 'sign-up/address', ...limit }, countedAddress(ip))
  if (count !== 'within') throw new Refusal('too_many_requests', { retry_after_s: Math.ceil(limit.window_ms / 1000) })
}

/**
 * Signs a user up. In import mode a user of the legacy store cannot sign up, moved or not, and logs in with the existing password. In legacy
 * mode the user is created in the legacy store: see `createInLegacyStore`. Actions of `pre-user-registration` run before anything is written;
 * those of `post-user-registration` later, in a job.
 *
 * @throws {Refusal} `registration_denied`, `registration_failed`, `signup_disabled`, `invalid_body`, `weak_password`, `signup_user_exists`,
 *   `signup_unavailable`, `plan_required`, `too_many_requests`; in legacy mode `script_missing` and those of `createInLegacyStore`
 */
export async function signUp(deps: SignUpDeps, request: SignUpRequest): Promise<User> {
  const { tenant, connection, client, password, language, parameters, caller } = request
  try {
    if (connection.options.disable_signup === true) throw new Refusal('signup_disabled')
    const given = checkUserFields(connection, request, 'signup')
    checkPasswordPolicy(connection.options, password)
    await requireWithinLimit(deps, tenant, caller.ip)
    if (await isIdentifierTaken(deps, tenant, connection, given.typed, 'signup'))
      throw new Refusal('signup_user_exists')
    const registration = { tenant, connection, client, caller, language, parameters }
    const checked = await withRegistrationMetadata(deps, registration, given)
    const user = runsScript(connection, 'sign_up', 'create')
      ? await createInLegacyStore(deps, {
          tenant,
          connection,
          ...defined({ client_id: client?.client_id }),
          checked,
          password,
          through: 'signup',
          caller,
          event: eventOf(request),
        })
      : await signUpLocally(deps, request, checked)
    const sends_verification = connection.options.attributes?.email?.signup?.verification?.active !== false
    if (sends_verification && hasScripts(connection, 'verification'))
      await sendVerification(deps, { ...defined({ client, language }), tenant, connection, user })
    return user
  } catch (error) {
    if (error instanceof Refusal) {
      const event = { ...eventOf(request), caller, type: 'fs' as const, description: error.message }
      await deps.unauthenticated_events.record(tenant.tenant_id, { ...event, ...refusalEventDetails(error) })
    }
    throw error
  }
}
