import { digestText } from '../base/digest.ts'
import type { JsonValue } from '../base/json.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import { profileIdentifiers } from '../migration/profile-identifiers.ts'
import { inTransaction } from '../store/transaction.ts'
import { recordPasswordChange } from '../users/write-credential.ts'
import { requireScripts } from '../connections/script-matrix.ts'
import { changeLegacyStore, type ChangeLegacyStoreDeps } from './change-legacy-store.ts'
import { completeReset, type ConfirmedReset } from './complete-reset.ts'
import { confirmLegacyUser } from './confirm-legacy-user.ts'
import type { LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { readPasswordChange } from './read-password-change.ts'
import { spelledProfile } from './spelled-profile.ts'
import { claimTicket } from './tickets.ts'

/** Dependencies of `resetInLegacyStore`. */
export type ResetInLegacyStoreDeps = LookUpLegacyUserDeps & ChangeLegacyStoreDeps

/**
 * Legacy mode: changes the password in the legacy store, after `get_user` confirmed the id and the address. `change_password` runs while
 * the ticket is claimed, and before it is used and the tokens of a cached user are revoked: where it fails the link stays valid, and where
 * the server is killed in between it is valid again after five minutes. Of several confirmations at the same time one runs the script.
 *
 * @throws {Refusal} `script_missing`, `plan_required`, `ticket_invalid`, `ticket_in_use`, the refusals of `confirmLegacyUser` and
 *   `changeLegacyStore`
 */
export async function resetInLegacyStore(
  deps: ResetInLegacyStoreDeps,
  reset: ConfirmedReset & { password: string },
): Promise<void> {
  const { tenant, connection, ticket, secret } = reset
  requireScripts(tenant, connection, 'reset_confirmation')
  const { profile } = await confirmLegacyUser(deps, connection, ticket)
  const { tenant_id } = tenant
  await claimTicket(deps, { tenant_id, kind: 'password_change', secret }, () => changePassword(deps, reset, profile))
}

async function changePassword(
  deps: ResetInLegacyStoreDeps,
  reset: ConfirmedReset & { password: string },
  profile: LegacyProfile,
): Promise<void> {
  const { connection, password } = reset
  const { legacy_id } = profile
  const spelled = spelledProfile(profile)
  const args: JsonValue[] = [
    spelled.email ?? spelled.username ?? reset.ticket.data.identifier ?? spelled.phone_number,
    password,
  ]
  const call = { event: 'reset_confirmation', script: 'change_password', args } as const
  const { value, migration } = await changeLegacyStore(deps, connection, call, 'user')
  const user_id = `auth0|${legacy_id}`
  const identifiers = profileIdentifiers(profile, connection.options).map((identifier) => identifier.value)
  await inTransaction(deps.db, async (trx) => {
    const change = readPasswordChange(value, deps.clock.now())
    await recordPasswordChange(trx, connection, user_id, { ...change, ticket_digest: digestText(reset.secret) })
    const names = { identifiers, connection, legacy_ids: [legacy_id] }
    await completeReset(trx, deps, reset, { user_id, names, details: { migration } })
  })
}
