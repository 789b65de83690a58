import { newHexId } from '../base/ids.ts'
import type { Connection } from '../connections/connection.ts'
import type { Transaction } from '../store/tables.ts'
import { insertUser } from '../users/insert-user.ts'
import { completeProfile } from '../users/user-attributes.ts'
import type { User } from '../users/user.ts'
import type { NewCredential } from '../users/write-credential.ts'

/**
 * Inserts a user of the system tenant's connection, without a role. A unique violation means that a user has the address.
 *
 * @param email in canonical form
 */
export async function insertAdmin(
  trx: Transaction,
  { tenant_id, connection_id, strategy }: Connection,
  { email, credential }: { email: string; credential: NewCredential },
  at: number,
): Promise<User> {
  return await insertUser(trx, {
    tenant_id,
    connection_id,
    strategy,
    identity_user_id: newHexId(),
    ...completeProfile({ email }),
    at,
    last_password_reset: null,
    identifiers: [{ kind: 'email', value: email }],
    credential,
  })
}
