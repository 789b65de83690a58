import { Refusal } from '../contract/refusal.ts'
import type { Transaction } from '../store/tables.ts'

/** A user of the system tenant, and the tenant in which it loses the role; without `of`, in every one. */
type LostOwner = { system_id: string; user_id: string; of?: string }

/**
 * Requires that each tenant of which a user is an owner has another owner who can sign in, before the user is blocked or deleted or loses
 * the role. A user of any tenant but the system tenant owns nothing. It reads in the transaction of the change: of two owners who end
 * each other at the same time, one fails.
 *
 * @throws {Refusal} `last_owner`, naming the tenant
 */
export async function requireAnotherOwner(trx: Transaction, { system_id, user_id, of }: LostOwner): Promise<void> {
  const left = await trx
    .selectFrom('tenant_admins as own')
    .innerJoin('tenants', 'tenants.tenant_id', 'own.tenant_id')
    .innerJoin('tenants as system', (join) =>
      join.on('system.tenant_id', '=', system_id).on('system.is_system', '=', 1),
    )
    .select('tenants.name')
    .where('own.user_id', '=', user_id)
    .where('own.role', '=', 'owner')
    .$if(of !== undefined, (query) => query.where('own.tenant_id', '=', of ?? ''))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tenant_admins as other')
            .innerJoin('users', (join) =>
              join.on('users.tenant_id', '=', system_id).onRef('users.user_id', '=', 'other.user_id'),
            )
            .select('other.user_id')
            .whereRef('other.tenant_id', '=', 'own.tenant_id')
            .where('other.role', '=', 'owner')
            .where('other.user_id', '!=', user_id)
            .where('users.blocked', '=', 0)
            .where('users.legacy_blocked', '=', 0),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  if (!left) return
  const message = `This is the last owner of the tenant ${left.name} who can sign in. Make another admin an owner first; the operator's command admin-link creates one, too.`
  throw new Refusal('last_owner', { message })
}
