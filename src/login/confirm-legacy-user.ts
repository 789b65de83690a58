import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { phoneNumber } from '../base/phone-number.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { withoutNewNames } from '../migration/decisions/new-names.ts'
import { standInByLegacyId } from '../migration/finish/stand-in.ts'
import type { FoundLegacyUser } from '../migration/legacy-store.ts'
import { bareId } from '../users/user.ts'
import { isLegacyOutage, legacy_retry_after_s } from './legacy-outage.ts'
import { lookUpLegacyUser, type LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { recipientOf, type Ticket } from './tickets.ts'

/** The legacy id that a ticket is bound to. In legacy mode a ticket may name the cached user, whose id is the legacy id. */
const legacyIdOf = ({ legacy_id, user_id }: Ticket): string => legacy_id ?? bareId(user_id ?? '')

/** Whether a user still has the address that a link was mailed to, or the number that a code was sent to. */
export function isReached(
  { email, data }: Ticket,
  user: { email: string | null; phone_number: string | null },
): boolean {
  if (data.phone_number !== undefined) return phoneNumber(user.phone_number ?? '') === data.phone_number
  return canonicalIdentifier(user.email ?? '') === canonicalIdentifier(email)
}

/** What the directory has of a ticket's legacy user. @throws {Refusal} `reset_changed` where it has none any more, or another address */
async function confirmLatecomer(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  ticket: Ticket,
): Promise<FoundLegacyUser> {
  const found = await standInByLegacyId(deps, connection, legacyIdOf(ticket))
  if (found.kind !== 'found') throw new Refusal('reset_changed')
  if (!isReached(ticket, withoutNewNames(found.profile, found.decision))) throw new Refusal('reset_changed')
  return found
}

/**
 * Runs `get_user` when a reset is confirmed, and returns the user; once the migration is being finished, the directory says it instead. Its result may have changed since the request: then the link was mailed
 * to another user.
 *
 * @throws {Refusal} `reset_changed` where the id, the address or the number is another one, or the user is blocked, deleted or excluded; `legacy_unavailable`;
 *   `login_not_completed`
 */
export async function confirmLegacyUser(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  ticket: Ticket,
): Promise<FoundLegacyUser> {
  if (connection.finish_step !== null) return await confirmLatecomer(deps, connection, ticket)
  const typed = ticket.data.identifier ?? recipientOf(ticket)
  const lookup = await lookUpLegacyUser(deps, connection, typed, 'reset_confirm')
  if (lookup.kind === 'failed') {
    const { migration } = lookup
    throw isLegacyOutage(lookup.outcome)
      ? new Refusal('legacy_unavailable', {
          script_call: migration,
          retry_after_s: legacy_retry_after_s,
          message:
            'The user store cannot be reached right now. Your password was not changed; your link is still good.',
        })
      : new Refusal('login_not_completed', {
          script_call: migration,
          message: 'We could not change your password. Please try again later.',
        })
  }
  if (lookup.kind !== 'found' || lookup.tombstoned || lookup.profile.blocked) throw new Refusal('reset_changed')
  const same_id = lookup.profile.legacy_id === legacyIdOf(ticket)
  const reached = withoutNewNames(lookup.profile, lookup.decision)
  if (!same_id || !isReached(ticket, reached)) throw new Refusal('reset_changed')
  return lookup
}
