/**
 * Admins: users of the system tenant, their roles in the other tenants, and the links that set them up. It knows no HTTP and no scopes:
 * the contract lists the scopes of each role.
 */
import { roles, type Role } from '../contract/roles.ts'
import type { Db, Transaction } from '../store/tables.ts'

/** Gives a user of the system tenant a role in a tenant; an earlier role ends. */
export async function setRole(
  trx: Transaction,
  { tenant_id, user_id, role }: { tenant_id: string; user_id: string; role: Role },
  at: number,
): Promise<void> {
  await trx
    .insertInto('tenant_admins')
    .values({ tenant_id, user_id, role, created_at: at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet({ role }))
    .execute()
}

/** Gives a user of the system tenant a role in a tenant, unless the user has one there. */
export async function addRole(
  trx: Transaction,
  { tenant_id, user_id, role }: { tenant_id: string; user_id: string; role: Role },
  at: number,
): Promise<void> {
  await trx
    .insertInto('tenant_admins')
    .values({ tenant_id, user_id, role, created_at: at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doNothing())
    .execute()
}

/** The role of a user of the system tenant in a tenant, or undefined. */
export async function roleOf(db: Db, tenant_id: string, user_id: string): Promise<Role | undefined> {
  const row = await db
    .selectFrom('tenant_admins')
    .select('role')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  return roles.find((role) => role === row?.role)
}

/** Whether a user of the system tenant is an owner of a tenant, and is not blocked. */
export async function isActiveOwner(
  db: Db,
  { tenant_id, system_id, user_id }: { tenant_id: string; system_id: string; user_id: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('tenant_admins')
    .innerJoin('users', 'users.user_id', 'tenant_admins.user_id')
    .select('users.user_id')
    .where('tenant_admins.tenant_id', '=', tenant_id)
    .where('tenant_admins.user_id', '=', user_id)
    .where('tenant_admins.role', '=', 'owner')
    .where('users.tenant_id', '=', system_id)
    .where('users.blocked', '=', 0)
    .where('users.legacy_blocked', '=', 0)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a user of the system tenant has a role in any other tenant than this one. */
export async function isAdminOfAnotherTenant(db: Db, tenant_id: string, user_id: string): Promise<boolean> {
  const row = await db
    .selectFrom('tenant_admins')
    .select('role')
    .where('tenant_id', 'in', db.selectFrom('tenants').select('tenant_id').where('tenant_id', '!=', tenant_id))
    .where('user_id', '=', user_id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
