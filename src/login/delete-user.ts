import type { Clock } from '../base/clock.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { requireScripts, runsScript } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { deleteLocalUser } from '../migration/delete-local-user.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { shownName, userById, type User } from '../users/user.ts'
import { changeLegacyStore, refusalEventDetails, type ChangeLegacyStoreDeps } from './change-legacy-store.ts'
import { legacyUserId } from './legacy-user-id.ts'
import { userEvent } from './user-event.ts'

/** Dependencies of `deleteUser`. */
export type DeleteUserDeps = ChangeLegacyStoreDeps & { db: Db; clock: Clock }

/** A deletion through the Management API. `local_only`: the legacy store keeps the user, and `delete` does not run. */
export type UserDeletion = { tenant: Tenant; user_id: string; caller: Caller; local_only: boolean }

async function recordFailure(
  deps: DeleteUserDeps,
  { tenant, caller }: UserDeletion,
  { user, connection }: { user: User; connection: Connection },
  refusal: Refusal,
): Promise<void> {
  await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
    ...userEvent({ connection, caller }, shownName(user)),
    type: 'fdu',
    description: refusal.message,
    user_id: user.user_id,
    ...refusalEventDetails(refusal),
  })
}

/**
 * Deletes a user for the Management API. In legacy mode `delete` runs first and the user is deleted here afterwards: where the script fails
 * the user stays whole, and a repeated request runs it again. In import mode the legacy store is not changed. An unknown user is not an error.
 *
 * @throws {Refusal} `script_missing`, `plan_required`, the refusals of `changeLegacyStore`
 */
export async function deleteUser(deps: DeleteUserDeps, deletion: UserDeletion): Promise<void> {
  const { tenant, user_id, caller, local_only } = deletion
  const user = await userById(deps.db, tenant.tenant_id, user_id)
  const connection = user && (await connectionById(deps.db, tenant.tenant_id, user.connection_id))
  const deletes_there = !local_only && connection !== undefined && runsScript(connection, 'deletion', 'delete')
  if (!user || !deletes_there) {
    const details = local_only ? { details: { local_only: true } } : {}
    await deleteLocalUser(deps, { tenant, user_id, caller, deleted_there: false, ...details })
    return
  }
  try {
    requireScripts(tenant, connection, 'deletion')
    const call = { event: 'deletion', script: 'delete', args: [legacyUserId(connection, user)] } as const
    const { migration } = await changeLegacyStore(deps, connection, call, 'admin')
    await deleteLocalUser(deps, { tenant, user_id, caller, deleted_there: true, details: { migration } })
  } catch (error) {
    if (error instanceof Refusal) await recordFailure(deps, deletion, { user, connection }, error)
    throw error
  }
}
