import type { Connection } from '../connections/connection.ts'
import { isAddress } from '../migration/legacy-profile.ts'
import type { FoundCredential } from '../users/find-credential.ts'

/**
 * Whether an identifier (in canonical form) by which a user was found may be another user's, who has not moved yet: a username that reads as
 * an address. The owner of the address gets it at the move.
 */
export function mayBeAnother(
  connection: Pick<Connection, 'mode'>,
  identifier: string,
  { found_by }: Pick<FoundCredential, 'found_by'>,
): boolean {
  return connection.mode === 'import' && found_by === 'username' && isAddress(identifier)
}
