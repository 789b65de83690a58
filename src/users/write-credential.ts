import { newPrefixedId } from '../base/ids.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import { revokeTokensOfUser } from '../store/refresh-tokens.ts'
import type { CredentialsTable, Transaction } from '../store/tables.ts'

/** A password hash to store, and how the password was set. */
export type NewCredential = PasswordHash & { set_through: 'login' | 'reset' | 'signup' | 'api' }

const insertRow = prepareQuery((db, { row }: { row: CredentialsTable }) => db.insertInto('credentials').values(row))

function columnsOf({ format, hash, set_through }: NewCredential, at: number) {
  return { credential_id: newPrefixedId('crd'), format, hash, set_through, set_at: at }
}

/** Writes the first credential of a user. A broken uniqueness rule means that the user has one. */
export async function insertCredential(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  credential: NewCredential,
  at: number,
): Promise<void> {
  await insertRow(trx, { row: { tenant_id, user_id, ...columnsOf(credential, at) } })
}

/**
 * Sets the password of a user, in the caller's transaction: the old hash is overwritten, every refresh token
 * family of the user is revoked, and `last_password_reset` is set.
 */
export async function setPassword(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  credential: NewCredential,
  at: number,
): Promise<void> {
  const columns = columnsOf(credential, at)
  await trx
    .insertInto('credentials')
    .values({ tenant_id, user_id, ...columns })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet(columns))
    .execute()
  await trx
    .updateTable('users')
    .set({ last_password_reset: at, updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
  await revokeTokensOfUser(trx, tenant_id, user_id, 'password_changed', at)
}
