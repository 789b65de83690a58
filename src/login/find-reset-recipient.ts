import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { phoneNumber } from '../base/phone-number.ts'
import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import {
  activeKinds,
  canonicalIn,
  identifierRules,
  isOfActiveKind,
  namesOfKinds,
} from '../connections/identifier-rules.ts'
import { runsScript } from '../connections/script-matrix.ts'
import { standInByIdentifier } from '../migration/finish/stand-in.ts'
import { hasUnprovenAddress, withoutNewNames } from '../migration/decisions/new-names.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import type { Through } from '../migration/record-observation.ts'
import { findCredentialByIdentity, type FoundCredential } from '../users/find-credential.ts'
import { findIdentifiedUser } from './find-identified-user.ts'
import { lookUpLegacyUser, type LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { mayBeAddressOfAnotherUser } from './may-be-another-user.ts'
import type { Ticket } from './tickets.ts'

/** Who gets a link or a code for a new password. `user_id` is null for a legacy user who has not moved. */
type Recipient = Pick<Ticket, 'user_id' | 'legacy_id'>

/** The recipient of a mailed link. */
export type MailRecipient = Recipient & { email: string; phone_number?: undefined }

/** The recipient of a code in a text message; the number is in E.164. */
export type TextRecipient = Recipient & { phone_number: string; email?: undefined }

/** The recipient of a link or a code for a new password. */
export type ResetRecipient = MailRecipient | TextRecipient

/** The id of a recipient; of a legacy user who has not moved, the id that the user will have. */
export function recipientId({ user_id, legacy_id }: Recipient): string {
  return user_id ?? `auth0|${legacy_id ?? ''}`
}

/** Why no recipient was found. `unknown`: the identifier is unknown here and in the legacy store; `unavailable`: `get_user` failed. */
export type NoRecipientReason = 'unknown' | 'refused' | 'unavailable'

/** The recipient of an identifier, or the reason why there is none, with a message and a failed call of `get_user` for the log. */
export type FoundRecipient =
  | { recipient: ResetRecipient }
  | { recipient: undefined; reason: NoRecipientReason; message: string; migration?: JsonObject }

const none = (reason: NoRecipientReason, message: string) => ({ recipient: undefined, reason, message })

/**
 * The address or number of a legacy user who has not moved, if it equals what was typed: the collation of a legacy store may find another
 * user than the one who typed it.
 */
function reachedAt(
  { options }: Connection,
  { email, phone_number }: LegacyProfile,
  typed: string,
): { email: string } | { phone_number: string } | undefined {
  const rules = identifierRules(options)
  const number = rules.phone_number.is_active ? phoneNumber(typed) : undefined
  if (number !== undefined && phoneNumber(phone_number ?? '') === number) return { phone_number: number }
  const is_same = rules.email.is_active && email !== null && canonicalIdentifier(email) === canonicalIdentifier(typed)
  return is_same ? { email } : undefined
}

/** How a user of this store is reached: a verified number that was typed by a text message, else the address, else a verified number. */
function reachedHere(
  { options }: Connection,
  { email, found_by, phone_number, phone_verified }: FoundCredential,
): { email: string } | { phone_number: string } | undefined {
  const is_texted = identifierRules(options).phone_number.is_active && phone_verified && phone_number !== null
  if (is_texted && (found_by === 'phone_number' || email === null)) return { phone_number }
  return email === null ? undefined : { email }
}

/** Once the migration is being finished, the directory stands in for the legacy store: what is sent goes to the address or the number that it has. */
async function findLatecomer(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  typed: string,
): Promise<FoundRecipient> {
  const found = await standInByIdentifier(deps, connection, canonicalIn(connection, typed))
  if (found.kind === 'unknown') return none('unknown', 'Nobody is known by this identifier.')
  if (found.kind === 'refused') return none('refused', found.message)
  const { legacy_id, email, phone_number } = withoutNewNames(found.profile, found.decision)
  const number = identifierRules(connection.options).phone_number.is_active ? phone_number : null
  const is_texted = number !== null && (email === null || phoneNumber(typed) === number)
  const reached = is_texted ? { phone_number: number } : email === null ? undefined : { email }
  return reached
    ? { recipient: { user_id: null, legacy_id, ...reached } }
    : none('refused', 'The directory has neither an address nor a phone number of this legacy user.')
}

async function findUnmoved(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  typed: string,
  through: Through,
): Promise<FoundRecipient> {
  if (connection.finish_step !== null) return await findLatecomer(deps, connection, typed)
  const lookup = await lookUpLegacyUser(deps, connection, typed, through)
  if (lookup.kind === 'not_found') return none('unknown', 'The legacy store knows nobody by this identifier.')
  if (lookup.kind === 'failed') {
    const { outcome, message, migration } = lookup
    return outcome === 'profile_refused'
      ? { ...none('refused', message), migration }
      : { ...none('unavailable', `get_user could not tell: ${message}`), migration }
  }
  if (lookup.kind === 'several') return { ...none('refused', lookup.message), migration: lookup.migration }
  if (lookup.kind === 'excluded') return none('refused', 'A decision on the migration record excludes this user.')
  const { profile, tombstoned, decision } = lookup
  if (tombstoned) return none('unknown', 'This legacy user was deleted here.')
  if (profile.blocked) return none('refused', 'The legacy store says that this user is blocked.')
  const reached = reachedAt(connection, withoutNewNames(profile, decision), typed)
  if (!reached) {
    return none(
      'refused',
      'The address or number that get_user returned is not the one that was typed; nothing is sent to it.',
    )
  }
  const { tenant_id, connection_id } = connection
  const recipient = { user_id: null, legacy_id: profile.legacy_id, ...reached }
  if (connection.mode === 'legacy') return { recipient }
  const moved = await findCredentialByIdentity(deps.db, tenant_id, connection_id, profile.legacy_id)
  if (moved?.credential) return none('refused', 'This legacy user has moved and has another address here.')
  return { recipient }
}

/** How a user of this store is reached, where a decision has not chosen the address. */
async function recipientHere(
  { db }: LookUpLegacyUserDeps,
  connection: Connection,
  user: NonNullable<Awaited<ReturnType<typeof findIdentifiedUser>>>,
): Promise<FoundRecipient> {
  const is_withheld = connection.has_decisions && (await hasUnprovenAddress(db, user.user()))
  const reached = reachedHere(connection, is_withheld ? { ...user, email: null } : user)
  if (!reached && is_withheld) {
    return none('refused', 'A decision chose the address of this user, and the user has not verified it.')
  }
  return reached
    ? { recipient: { user_id: user.user_id, legacy_id: null, ...reached } }
    : none('refused', 'The user has no e-mail address and no verified phone number.')
}

/**
 * Finds the recipient of a link or a code for a new password: in this store; in import mode also by `get_user`, for an identifier unknown here, and once
 * the migration is being finished by the directory; in legacy mode only by `get_user`.
 */
export async function findResetRecipient(
  deps: LookUpLegacyUserDeps,
  connection: Connection,
  typed: string,
  through: Through,
): Promise<FoundRecipient> {
  const identifier = canonicalIn(connection, typed)
  if (!isOfActiveKind(connection.options, identifier)) {
    return none('unknown', `Users of this connection log in with ${namesOfKinds(activeKinds(connection.options))}.`)
  }
  if (connection.mode === 'legacy') return await findUnmoved(deps, connection, typed, through)
  const user = await findIdentifiedUser(deps.db, connection, identifier)
  if (user && mayBeAddressOfAnotherUser(connection, identifier, user)) {
    const owner = await findUnmoved(deps, connection, typed, through)
    if (owner.recipient) return owner
  }
  if (user) return await recipientHere(deps, connection, user)
  if (!runsScript(connection, 'reset_request', 'get_user') && connection.finish_step === null) {
    return none('unknown', 'Nobody is known by this identifier.')
  }
  const found = await findUnmoved(deps, connection, typed, through)
  if (found.recipient || found.reason !== 'refused') return found
  // A user who has moved since the first look is here.
  const moved = await findIdentifiedUser(deps.db, connection, identifier)
  return moved ? await recipientHere(deps, connection, moved) : found
}
