import { canonicalIdentifier } from '../base/canonical.ts'
import type { Connection } from '../connections/connection.ts'
import { isTombstoned } from '../migration/move-user.ts'
import type { Through } from '../migration/record-observation.ts'
import { findCredential, findCredentialByIdentity } from '../users/find-credential.ts'
import type { LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { recordLegacyResult } from './record-legacy-result.ts'
import type { Ticket } from './tickets.ts'

/** The recipient of a link for a new password. `user_id` is null for a legacy user who has not moved. */
export type ResetRecipient = Pick<Ticket, 'user_id' | 'legacy_id'> & { email: string }

/**
 * The recipient that an identifier names, or the reason why there is none: `unknown` here and in the legacy store, `refused`, or
 * `unavailable` because the legacy store could not tell.
 */
export type FoundRecipient =
  | { recipient: ResetRecipient }
  | { recipient: undefined; reason: string; why: 'unknown' | 'refused' | 'unavailable' }

const none = (why: 'unknown' | 'refused' | 'unavailable', reason: string): FoundRecipient => ({
  recipient: undefined,
  why,
  reason,
})

async function findUnmoved(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  typed: string,
  through: Through,
): Promise<FoundRecipient> {
  const result = await deps.legacy.runGetUser(connection, typed)
  if (result.kind === 'not_found') return none('unknown', 'The legacy store knows nobody by this identifier.')
  if (result.kind === 'invalid_profile')
    return none('refused', `The profile's ${result.problem.field} ${result.problem.message}.`)
  if (result.kind !== 'found') return none('unavailable', `get_user could not tell: ${result.message}`)
  const { profile } = result
  await recordLegacyResult(deps, connection, { typed, result, source: 'get_user', through })
  if (await isTombstoned(deps.db, connection, profile.legacy_id))
    return none('unknown', 'This legacy user was deleted here.')
  if (profile.blocked) return none('refused', 'The legacy store says that this user is blocked.')
  if (profile.email === null || canonicalIdentifier(profile.email) !== canonicalIdentifier(typed)) {
    return none('refused', 'The address that get_user returned is not the one that was typed; no mail is sent to it.')
  }
  const { tenant_id, connection_id } = connection
  const moved = await findCredentialByIdentity(deps.db, tenant_id, connection_id, profile.legacy_id)
  // The user has moved and has another address here, which is the one that counts.
  if (moved?.credential) return none('refused', 'This legacy user has moved and has another address here.')
  return { recipient: { user_id: null, legacy_id: profile.legacy_id, email: profile.email } }
}

/** Finds the recipient of a link for a new password: here, and in import mode by `get_user` for an identifier unknown here. */
export async function findResetRecipient(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  typed: string,
  through: Through,
): Promise<FoundRecipient> {
  const { tenant_id, connection_id } = connection
  const here = await findCredential(deps.db, tenant_id, connection_id, canonicalIdentifier(typed))
  if (here) {
    return here.email === null
      ? none('refused', 'The user has no e-mail address.')
      : { recipient: { user_id: here.user_id, legacy_id: null, email: here.email } }
  }
  return connection.mode === 'import'
    ? await findUnmoved(deps, connection, typed, through)
    : none('unknown', 'Nobody is known by this identifier.')
}
