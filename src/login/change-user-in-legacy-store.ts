import type { Clock } from '../base/clock.ts'
import { requireScripts, type ScriptEvent } from '../connections/script-matrix.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { UserChange } from '../contract/user.ts'
import { recordEvent, type Caller, type NewLogEvent } from '../logs/record-event.ts'
import type { ChangeCall } from '../migration/legacy-store.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { checkMetadata } from '../users/change-user.ts'
import { shownName, type User } from '../users/user.ts'
import {
  changeLegacyStore,
  refusalEventDetails,
  type ChangeLegacyStoreDeps,
  type LegacyChangeMade,
} from './change-legacy-store.ts'
import { userEvent } from './user-event.ts'

/** Dependencies of `changeUserInLegacyStore`. */
export type ChangeUserInLegacyStoreDeps = ChangeLegacyStoreDeps & { db: Db; clock: Clock }

/** A change of a user of a connection through the Management API. */
export type ConnectionUserChange = {
  tenant: Tenant
  connection: Connection
  user: User
  change: UserChange
  caller: Caller
}

/** The changes of a user that have an event of their own. */
export type ChangeEvent = Extract<
  ScriptEvent,
  'password_change' | 'email_change' | 'username_change' | 'phone_number_change'
>

const events = {
  password_change: { success: 'scp', failure: 'fcp', what: 'The password' },
  email_change: { success: 'sce', failure: 'fce', what: 'The e-mail address' },
  username_change: { success: 'scu', failure: 'fcu', what: 'The username' },
  phone_number_change: { success: 'scpn', failure: 'fcpn', what: 'The phone number' },
} as const

/** The log event of a change that was made. */
export function changeEvent({ connection, user, caller }: ConnectionUserChange, event: ChangeEvent): NewLogEvent {
  const { success, what } = events[event]
  return {
    ...userEvent({ connection, caller }, shownName(user)),
    type: success,
    description: `${what} was changed through the Management API.`,
    user_id: user.user_id,
  }
}

/** The call of the script that changes a user in the legacy store. */
export type UserChangeCall = ChangeCall & { event: ChangeEvent }

function callOf(user: User, change: UserChange): UserChangeCall | undefined {
  const { email, email_verified, username, phone_number, password } = change
  if (password !== undefined) {
    return {
      event: 'password_change',
      script: 'change_password',
      args: [user.email ?? user.username ?? user.phone_number, password],
    }
  }
  const new_email = email?.trim() ?? user.email
  const is_new = new_email !== user.email
  if (is_new || (email_verified !== undefined && new_email !== null)) {
    const verified = email_verified ?? false
    return { event: 'email_change', script: 'change_email', args: [user.email, new_email, verified] }
  }
  const new_username = username?.trim() ?? user.username
  if (new_username !== user.username) {
    return { event: 'username_change', script: 'change_username', args: [user.username, new_username] }
  }
  const new_number = phone_number ?? user.phone_number
  if (new_number === user.phone_number) return undefined
  return { event: 'phone_number_change', script: 'change_phone_number', args: [user.phone_number, new_number] }
}

/**
 * Legacy mode: the call of the script that makes a change, with what can be refused before anything is changed; undefined for a change of
 * what is stored here only. `checkUserChange` permits one call at most.
 *
 * @throws {Refusal} `script_missing`, `plan_required`, `invalid_body`
 */
export function userChangeCall({
  tenant,
  connection,
  user,
  change,
}: Omit<ConnectionUserChange, 'caller'>): UserChangeCall | undefined {
  if (connection.mode !== 'legacy') return undefined
  if (change.verify_email === true) requireScripts(tenant, connection, 'verification')
  const call = callOf(user, change)
  if (!call) return undefined
  requireScripts(tenant, connection, call.event)
  checkMetadata(user, change)
  return call
}

/** The change that a script of the legacy store made. */
export type ChangedInLegacyStore = LegacyChangeMade & { event: ChangeEvent }

/**
 * Makes a change of a user in the legacy store, before it is written here: where the script fails nothing has changed here, and a repeated
 * request runs it again.
 *
 * @throws {Refusal} the refusals of `changeLegacyStore`
 */
export async function changeUserInLegacyStore(
  deps: ChangeUserInLegacyStoreDeps,
  { tenant, connection, user, caller }: ConnectionUserChange,
  call: UserChangeCall,
): Promise<ChangedInLegacyStore> {
  const { event } = call
  try {
    return { event, ...(await changeLegacyStore(deps, connection, call, 'admin')) }
  } catch (error) {
    if (error instanceof Refusal) {
      await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
        ...userEvent({ connection, caller }, shownName(user)),
        type: events[event].failure,
        description: error.message,
        user_id: user.user_id,
        ...refusalEventDetails(error),
      })
    }
    throw error
  }
}
