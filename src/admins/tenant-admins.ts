import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { roles, type Role } from '../contract/roles.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { revokeTokensOfUser } from '../store/refresh-tokens.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { requireAnotherOwner } from '../users/require-another-owner.ts'
import { setRole } from './admin.ts'
import { endInvitationsOf } from './invitation.ts'

/** An admin of a tenant. Times are epoch milliseconds. */
export type TenantAdmin = {
  user_id: string
  email: string | null
  name: string | null
  role: Role
  is_blocked: boolean
  created_at: number
  /** Null also where the admin has other tenants: it may have been a login for one of them. */
  last_login: number | null
  has_other_tenants: boolean
}

/** A tenant and the system tenant, whose users are the admins. */
type Scope = { tenant_id: string; system_id: string }

const listed_max = 1000

function adminsOf(db: Db, { tenant_id, system_id }: Scope) {
  return db
    .selectFrom('tenant_admins')
    .innerJoin('users', (join) =>
      join.on('users.tenant_id', '=', system_id).onRef('users.user_id', '=', 'tenant_admins.user_id'),
    )
    .select([
      'users.user_id',
      'users.email',
      'users.name',
      'users.blocked',
      'users.legacy_blocked',
      'users.last_login',
      'tenant_admins.role',
      'tenant_admins.created_at',
    ])
    .select(({ selectFrom }) =>
      selectFrom('tenant_admins as elsewhere')
        .innerJoin('tenants', 'tenants.tenant_id', 'elsewhere.tenant_id')
        .select(({ fn }) => fn.countAll<number | string>().as('total'))
        .whereRef('elsewhere.user_id', '=', 'tenant_admins.user_id')
        .where('elsewhere.tenant_id', '!=', tenant_id)
        .as('other_tenants'),
    )
    .where('tenant_admins.tenant_id', '=', tenant_id)
}

type Row = Awaited<ReturnType<ReturnType<typeof adminsOf>['execute']>>[number]

function adminFromRow({ blocked, legacy_blocked, role, other_tenants, last_login, ...row }: Row): TenantAdmin {
  // An unknown role permits nothing: a newer version wrote it.
  const known = roles.find((each) => each === role) ?? 'support'
  const has_other_tenants = Number(other_tenants) > 0
  const is_blocked = blocked === 1 || legacy_blocked === 1
  return { ...row, role: known, is_blocked, has_other_tenants, last_login: has_other_tenants ? null : last_login }
}

/** The admins of a tenant by e-mail address: the first 1,000. */
export async function listTenantAdmins(db: Db, scope: Scope): Promise<TenantAdmin[]> {
  const rows = await adminsOf(db, scope).orderBy('users.email').limit(listed_max).execute()
  return rows.map(adminFromRow)
}

/** An admin of a tenant. @throws {Refusal} `inexistent_admin` */
export async function tenantAdmin(db: Db, scope: Scope, user_id: string): Promise<TenantAdmin> {
  const row = await adminsOf(db, scope).where('tenant_admins.user_id', '=', user_id).executeTakeFirst()
  if (!row) throw new Refusal('inexistent_admin')
  return adminFromRow(row)
}

/** Ends what only an owner of the tenant may have: the role, where another owner is left, and the invitations that the owner sent. */
async function endOwner(trx: Transaction, { tenant_id, system_id }: Scope, user_id: string): Promise<void> {
  await requireAnotherOwner(trx, { system_id, user_id, of: tenant_id })
  await endInvitationsOf(trx, tenant_id, user_id)
}

/**
 * Changes the role of an admin in a tenant. It applies to the next request of the admin.
 *
 * @throws {Refusal} `inexistent_admin`, and `last_owner` where no owner would be left who can sign in
 */
export async function changeRole(
  { db, clock }: { db: Db; clock: Clock },
  scope: Scope,
  user_id: string,
  role: Role,
): Promise<TenantAdmin> {
  return await inTransaction(db, async (trx) => {
    await tenantAdmin(trx, scope, user_id)
    if (role !== 'owner') await endOwner(trx, scope, user_id)
    await setRole(trx, { tenant_id: scope.tenant_id, user_id, role }, clock.now())
    return await tenantAdmin(trx, scope, user_id)
  })
}

/**
 * Removes an admin from a tenant. The admin stays a user of the system tenant, with the roles in other tenants.
 *
 * @throws {Refusal} `inexistent_admin`, and `last_owner` where no owner would be left who can sign in
 */
export async function removeTenantAdmin(db: Db, scope: Scope, user_id: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    await tenantAdmin(trx, scope, user_id)
    await endOwner(trx, scope, user_id)
    await trx
      .deleteFrom('tenant_admins')
      .where('tenant_id', '=', scope.tenant_id)
      .where('user_id', '=', user_id)
      .execute()
  })
}

/** Ends every session and every refresh token of an admin, in the caller's transaction: the access tokens that they gave end with them. */
export async function endSessionsOfAdmin(
  trx: Transaction,
  system_id: string,
  user_id: string,
  at: number,
): Promise<void> {
  await endSessionsOf(trx, system_id, [user_id])
  await revokeTokensOfUser(trx, system_id, user_id, 'signed_out', at)
}

/**
 * Signs an admin of a tenant out everywhere. Of an admin who has a role in another tenant, no other admin ends the sessions: they are also
 * those of that tenant.
 *
 * @param by the id of the admin who asks for it
 * @throws {Refusal} `inexistent_admin`, `admin_of_other_tenants`
 */
export async function signOutTenantAdmin(
  { db, clock }: { db: Db; clock: Clock },
  scope: Scope,
  user_id: string,
  by: string,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { has_other_tenants } = await tenantAdmin(trx, scope, user_id)
    if (has_other_tenants && user_id !== by) throw new Refusal('admin_of_other_tenants')
    await endSessionsOfAdmin(trx, scope.system_id, user_id, clock.now())
  })
}
