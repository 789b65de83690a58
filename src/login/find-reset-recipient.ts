import { canonicalIdentifier } from '../base/canonical.ts'
import type { Connection } from '../connections/connection.ts'
import { isTombstoned } from '../migration/move-user.ts'
import type { Through } from '../migration/records.ts'
import { findCredential, findCredentialByIdentity } from '../users/find-credential.ts'
import type { LoginParts } from './login-parts.ts'
import { noteAnswer } from './note-answer.ts'
import type { Ticket } from './tickets.ts'

/** Whom a link for a new password is for. `user_id` is null for a person who has not moved. */
export type Addressee = Pick<Ticket, 'user_id' | 'legacy_id'> & { email: string }

/**
 * Whom an identifier names, or why that is nobody: `unknown` here and there, a person who is `refused` a link, or `untold`
 * because the legacy store could not say.
 */
export type FoundAddressee = { addressee: Addressee } | { nobody: string; why: 'unknown' | 'refused' | 'untold' }

async function findUnmoved(
  parts: LoginParts,
  connection: Connection,
  typed: string,
  through: Through,
): Promise<FoundAddressee> {
  const answer = await parts.legacy.runGetUser(connection, typed)
  if (answer.kind === 'not_found')
    return { nobody: 'The legacy store knows nobody by this identifier.', why: 'unknown' }
  if (answer.kind === 'invalid_profile')
    return { nobody: `The profile's ${answer.problem.field} ${answer.problem.message}.`, why: 'refused' }
  if (answer.kind !== 'found') return { nobody: `get_user could not tell: ${answer.message}`, why: 'untold' }
  const { profile } = answer
  await noteAnswer(parts, connection, { typed, answer, source: 'get_user', through })
  if (await isTombstoned(parts.db, connection, profile.legacy_id))
    return { nobody: 'This legacy user was deleted here.', why: 'unknown' }
  if (profile.blocked) return { nobody: 'The legacy store says that this user is blocked.', why: 'refused' }
  if (profile.email === null || canonicalIdentifier(profile.email) !== canonicalIdentifier(typed)) {
    const nobody = 'The address that get_user returned is not the one that was typed; no mail is sent to it.'
    return { nobody, why: 'refused' }
  }
  const { tenant_id, connection_id } = connection
  const moved = await findCredentialByIdentity(parts.db, tenant_id, connection_id, profile.legacy_id)
  // Moved, and found under another address here: the address here is the one that counts.
  if (moved && moved.credential !== null)
    return { nobody: 'This legacy user has moved and has another address here.', why: 'refused' }
  return { addressee: { user_id: null, legacy_id: profile.legacy_id, email: profile.email } }
}

/** Finds whom a link for a new password is for: here, and in import mode, for who is unknown here, by `get_user`. */
export async function findResetAddressee(
  parts: LoginParts,
  connection: Connection,
  typed: string,
  through: Through,
): Promise<FoundAddressee> {
  const { tenant_id, connection_id } = connection
  const here = await findCredential(parts.db, tenant_id, connection_id, canonicalIdentifier(typed))
  if (here) {
    return here.email === null
      ? { nobody: 'The user has no e-mail address.', why: 'refused' }
      : { addressee: { user_id: here.user_id, legacy_id: null, email: here.email } }
  }
  return connection.mode === 'import'
    ? await findUnmoved(parts, connection, typed, through)
    : { nobody: 'Nobody is known by this identifier.', why: 'unknown' }
}
