import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import { loginScript } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { recordEvent, type Caller, type NewLogEvent } from '../logs/record-event.ts'
import { severalUsers } from '../migration/decisions/choose-profile.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import { callDetail, type LegacyResult, type LegacyStore } from '../migration/legacy-store.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db, Transaction } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { changeUser } from '../users/change-user.ts'
import { profile_entries } from '../users/user-columns.ts'
import { userById, type User } from '../users/user.ts'
import { writeMetadata } from '../users/write-metadata.ts'
import { cacheLegacyUser } from './cache-legacy-user.ts'
import { changeLegacyStore, type ChangeLegacyStoreDeps, type RefusalReader } from './change-legacy-store.ts'
import type { CheckedUser } from './insert-local-user.ts'
import { enqueueRegistered } from './registration.ts'
import { logInToLegacyStore } from './log-in-to-legacy-store.ts'

/** Dependencies of `createInLegacyStore`. */
export type CreateInLegacyStoreDeps = ChangeLegacyStoreDeps & {
  db: Db
  clock: Clock
  sealer: Sealer
  passwords: Pick<Passwords, 'verifyForeign' | 'repeatForeign'>
  legacy: Pick<LegacyStore, 'runLogin' | 'findHash'>
}

/** A user to create in the legacy store. `event`: the log event of the creation, without its type. */
export type LegacyCreation = {
  tenant: Tenant
  connection: Connection
  /** The client of the Management API, or of the sign-up if it names one. */
  client_id?: string
  checked: CheckedUser
  password: string
  through: 'signup' | 'api'
  caller: Caller
  event: Omit<NewLogEvent, 'type'>
}

// `blocked` is stored by Wherry alone.
const create_script_attributes = profile_entries.map(([name]) => name).filter((name) => name !== 'blocked')

/** The argument of `create`: the identifiers as typed, the password, and the attributes that were given. */
function newUser({ tenant, connection, client_id, checked, password }: LegacyCreation): JsonObject {
  const { fields } = checked
  return {
    ...(defined(Object.fromEntries(create_script_attributes.map((name) => [name, fields[name]]))) as JsonObject),
    tenant: tenant.name,
    connection: connection.name,
    password,
    ...defined({
      client_id,
      email: fields.email?.trim(),
      username: fields.username?.trim(),
      phone_number: checked.phone_number ?? undefined,
    }),
  }
}

/** The refusal where `create` succeeded, and the login that follows it did not return a profile. */
function notConfirmed(connection: Connection, result: Exclude<LegacyResult, { kind: 'found' }>): Refusal {
  const call = callDetail(loginScript(connection), result)
  if (result.kind === 'excluded') throw new Error('no decision applies to the users of legacy mode')
  if (result.kind === 'not_found') {
    return new Refusal('signup_not_confirmed', { script_call: { ...call, outcome: 'unknown_user' } })
  }
  if (result.kind === 'several') {
    const error = severalUsers(result.legacy_ids)
    return new Refusal('signup_not_confirmed', { script_call: { ...call, outcome: 'collision', error } })
  }
  if (result.kind === 'invalid_profile') {
    const { field, message } = result.problem
    const error = `The profile's ${field} ${message}.`
    return new Refusal('signup_not_confirmed', { script_call: { ...call, outcome: 'profile_refused', error } })
  }
  const { outcome, message: error } = result
  const shows_message = outcome === 'denied_by_script' && error !== ''
  const message = shows_message ? `The user was registered. ${error}` : undefined
  const script_call = { ...call, outcome, error }
  return new Refusal('signup_not_confirmed', { script_call, ...defined({ message }) })
}

async function confirmByLogin(
  deps: CreateInLegacyStoreDeps,
  { connection, password }: LegacyCreation,
  typed: string,
): Promise<LegacyProfile> {
  // No attempt of a guess: the user chose the password a moment ago.
  const reserve = async () => ({ kind: 'reserved' }) as const
  const result = await logInToLegacyStore(deps, { connection, typed, password, reserve })
  if (result.kind === 'locked') throw new Error('the creation of a user reserves no attempt')
  if (result.kind !== 'found') throw notConfirmed(connection, result)
  return result.profile
}

/** Metadata and a block are the tenant's: the legacy store need not keep them. */
async function writeTenantFields(
  trx: Transaction,
  { tenant, checked: { fields } }: LegacyCreation,
  user_id: string,
  at: number,
): Promise<void> {
  const own = defined({
    user_metadata: fields.user_metadata,
    app_metadata: fields.app_metadata,
    blocked: fields.blocked,
  })
  if (Object.keys(own).length > 0) {
    await changeUser(trx, tenant.tenant_id, user_id, own, { at, keeps_letters: true })
  }
}

const saysThatUserExists = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.code === 'change_refused' && error.details.error === 'user_exists'

/**
 * Creates a user in the legacy store and caches the profile here: runs `create`, then `login` with the new password, and writes the user
 * last. The caller has run `get_user`. Where the server is killed after `create`, the user exists in the legacy store, and the first login
 * caches the profile.
 *
 * @throws {Refusal} `signup_user_exists` and `user_exists` for a ValidationError with the code `user_exists`; the refusals of
 *   `changeLegacyStore`; `signup_not_confirmed` where `create` succeeded and `login` did not; `invalid_body`
 */
export async function createInLegacyStore(deps: CreateInLegacyStoreDeps, creation: LegacyCreation): Promise<User> {
  const { tenant, connection, checked, through } = creation
  const reader: RefusalReader = through === 'api' ? 'admin' : 'user'
  const { user_metadata, app_metadata } = checked.fields
  for (const metadata of [user_metadata, app_metadata]) writeMetadata(metadata ?? {})
  const [typed = ''] = checked.typed
  const call = { event: 'sign_up', script: 'create', args: [newUser(creation)] } as const
  const { migration } = await changeLegacyStore(deps, connection, call, reader).catch((error: unknown) => {
    throw saysThatUserExists(error)
      ? new Refusal(
          through === 'api' ? 'user_exists' : 'signup_user_exists',
          defined({ script_call: error.details.script_call }),
        )
      : error
  })
  const profile = await confirmByLogin(deps, creation, typed)
  const cached = await cacheLegacyUser(deps, {
    connection,
    profile,
    typed,
    through,
    async afterWrite(trx, user_id) {
      const at = deps.clock.now()
      await writeTenantFields(trx, creation, user_id, at)
      const event = { ...creation.event, type: 'ss' as const, user_id, details: { migration } }
      await recordEvent(trx, tenant.tenant_id, at, event)
      const { client_id, caller } = creation
      await enqueueRegistered(trx, { connection, ...defined({ client_id }), caller, at }, user_id)
    },
  })
  if (cached.kind !== 'cached') {
    const outcome = cached.kind
    throw new Refusal('signup_not_confirmed', { script_call: { ...migration, outcome } })
  }
  const created = await userById(deps.db, tenant.tenant_id, cached.user.user_id)
  return created ?? cached.user
}
