import type { Connection } from '../connections/connection.ts'
import { isAddress } from '../migration/profile-identifiers.ts'
import { isOtherSpelling } from '../migration/identifier-spellings.ts'
import type { Db } from '../store/tables.ts'
import type { FoundCredential } from '../users/find-credential.ts'

type Found = Pick<FoundCredential, 'user_id' | 'found_by'>

/**
 * Whether a username by which a user was found (in canonical form) reads as an address, and may therefore be that of a legacy user who has not
 * moved. The owner of the address gets it at the move.
 */
export function mayBeAddressOfAnotherUser(
  { mode, finish_step }: Connection,
  identifier: string,
  { found_by }: Found,
): boolean {
  return (mode === 'import' || finish_step !== null) && found_by === 'username' && isAddress(identifier)
}

/**
 * Whether the identifier by which a user was found may also be that of a legacy user who has not moved: an address that is the found
 * user's username, or a spelling by which the legacy store is not known to find that user.
 */
export async function mayBeAnotherUser(
  db: Db,
  connection: Connection,
  { identifier, typed }: { identifier: string; typed: string },
  found: Found,
): Promise<boolean> {
  if (connection.mode !== 'import') return false
  if (mayBeAddressOfAnotherUser(connection, identifier, found)) return true
  // All spellings of a phone number are one number.
  if (found.found_by === 'phone_number') return false
  return await isOtherSpelling(db, { tenant_id: connection.tenant_id, user_id: found.user_id }, typed)
}
