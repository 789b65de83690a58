import { revokeTokensOfUser } from '../store/refresh-tokens.ts'
import type { Transaction } from '../store/tables.ts'

/**
 * Gives a user a new password hash, in the caller's transaction: the old one is gone, every refresh token
 * family of the user is revoked, and `last_password_reset` is set.
 */
export async function setPassword(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  credential: { password_hash: string; set_through: 'login' | 'reset' | 'signup' | 'api' },
  at: number,
): Promise<void> {
  await trx
    .insertInto('credentials')
    .values({ tenant_id, user_id, ...credential, set_at: at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet({ ...credential, set_at: at }))
    .execute()
  await trx
    .updateTable('users')
    .set({ last_password_reset: at, updated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
  await revokeTokensOfUser(trx, tenant_id, user_id, 'password_changed', at)
}
