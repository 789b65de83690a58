import type { Connection } from '../connections/connection.ts'
import { identifierRules, type IdentifierKind } from '../connections/identifier-rules.ts'
import type { Db } from '../store/tables.ts'
import { findCredential, type FoundCredential } from '../users/find-credential.ts'

/** Finds the user of a connection who logs in with this identifier (in canonical form), and the credential. */
export async function findIdentifiedUser(
  db: Db,
  { tenant_id, connection_id, options }: Connection,
  identifier: string,
): Promise<FoundCredential | undefined> {
  const found = await findCredential(db, tenant_id, connection_id, identifier)
  const rules = identifierRules(options)
  return found && rules[found.found_by as IdentifierKind].is_active ? found : undefined
}
