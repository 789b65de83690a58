import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { addToCounter } from '../store/connection-counters.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { requireAnotherOwner } from '../users/require-another-owner.ts'
import { linkedIds } from '../users/linked-users.ts'
import { forgetLegacyUser } from './forget-legacy-user.ts'
import { setTombstones } from './tombstone.ts'

/** A user to delete from this store. */
export type LocalDeletion = {
  tenant: Tenant
  user_id: string
  caller: Caller
  /** Whether the legacy store has deleted the user. */
  deleted_there: boolean
  details?: JsonObject
}

/**
 * Deletes a user with all their rows and linked identities in one transaction. An identity that a legacy store still has leaves a tombstone, so
 * that a login does not create the user again; of a user whom it has deleted, the ledger keeps nothing. Returns false when there is no such user.
 *
 * @throws {Refusal} `last_owner`
 */
export async function deleteLocalUser(
  deps: { db: Db; clock: Clock },
  { tenant, user_id, caller, deleted_there, details }: LocalDeletion,
): Promise<boolean> {
  const { tenant_id } = tenant
  return await inTransaction(deps.db, async (trx) => {
    await requireAnotherOwner(trx, { system_id: tenant_id, user_id })
    const user = await trx
      .deleteFrom('users')
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', user_id)
      .where('linked_to', 'is', null)
      .returning(['connection_id', 'email', 'username'])
      .executeTakeFirst()
    if (!user) return false
    const at = deps.clock.now()
    const ids = [user_id, ...(await linkedIds(trx, tenant_id, [user_id]))]
    if (deleted_there) await forgetLegacyUser(trx, tenant_id, user_id)
    await setTombstones(trx, tenant_id, user_id, at)
    for (const table of [
      'users',
      'identities',
      'metadata_leaves',
      'user_identifiers',
      'credentials',
      'tickets',
      'reset_codes',
      'sessions',
      'consents',
    ] as const) {
      await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('user_id', 'in', ids).execute()
    }
    await deleteTokens(trx, tenant_id, { user_ids: ids })
    if (tenant.is_system) await trx.deleteFrom('tenant_admins').where('user_id', '=', user_id).execute()
    await addToCounter(trx, tenant_id, user.connection_id, 'users', -1)
    const user_name = user.email ?? user.username
    await recordEvent(trx, tenant_id, at, {
      type: 'sdu',
      description: 'User successfully deleted',
      connection_id: user.connection_id,
      user_id,
      ...(user_name === null ? {} : { user_name }),
      caller,
      ...(details === undefined ? {} : { details }),
    })
    return true
  })
}
