import type { Clock } from '../base/clock.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { addToCounter } from '../store/connection-counters.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { setTombstone } from './tombstone.ts'

/**
 * Deletes a user with all their rows in one transaction. A user who has moved leaves a tombstone, so that a login cannot move them
 * again. The legacy store is not changed. Answers false when there is no such user.
 */
export async function deleteUser(
  deps: { db: Db; clock: Clock },
  { tenant, user_id, caller }: { tenant: Tenant; user_id: string; caller: Caller },
): Promise<boolean> {
  const { tenant_id } = tenant
  return await inTransaction(deps.db, async (trx) => {
    const user = await trx
      .deleteFrom('users')
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .returning(['connection_id', 'email', 'username'])
      .executeTakeFirst()
    if (!user) return false
    for (const table of ['identities', 'user_identifiers', 'credentials', 'tickets'] as const) {
      await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('user_id', '=', user_id).execute()
    }
    await deleteTokens(trx, tenant_id, { user_ids: [user_id] })
    const at = deps.clock.now()
    await setTombstone(trx, tenant_id, user_id, at)
    await addToCounter(trx, tenant_id, user.connection_id, 'users', -1)
    const user_name = user.email ?? user.username
    await recordEvent(trx, tenant_id, at, {
      type: 'sdu',
      description: 'User successfully deleted',
      connection_id: user.connection_id,
      user_id,
      ...(user_name === null ? {} : { user_name }),
      caller,
    })
    return true
  })
}
