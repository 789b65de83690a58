import { prepareQuery } from '../store/prepared-query.ts'
import type { Db } from '../store/tables.ts'
import type { Plan } from '../contract/plans.ts'
import { roles, type Role } from '../contract/roles.ts'

/** An admin with a session that has not ended. */
export type SignedInAdmin = { user_id: string; email: string | null; name: string | null }

type SessionKey = { tenant_id: string; user_id: string; session_id: string; at: number }

const select = prepareQuery((db, { tenant_id, user_id, session_id, at }: SessionKey) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'sessions.tenant_id').onRef('users.user_id', '=', 'sessions.user_id'),
    )
    .select(['users.user_id', 'users.email', 'users.name'])
    .where('sessions.tenant_id', '=', tenant_id)
    .where('sessions.session_id', '=', session_id)
    .where('sessions.user_id', '=', user_id)
    .where('sessions.expires_at', '>', at)
    .where('users.blocked', '=', 0)
    .where('users.legacy_blocked', '=', 0),
)

/**
 * The admin whose session this is; undefined where the session has ended by `at`, as by a sign-out, another password or a deletion, and for
 * an admin who is blocked.
 *
 * @param key `tenant_id`: the system tenant
 */
export async function signedInAdmin(db: Db, key: SessionKey): Promise<SignedInAdmin | undefined> {
  return (await select(db, key)).rows[0]
}

/** A tenant in which an admin has a role. */
export type AdministeredTenant = { tenant_id: string; name: string; domain: string; role: Role; plan: Plan }

const tenants_max = 1000

/** The tenants in which an admin has a role, by name: the first 1,000. */
export async function tenantsOfAdmin(db: Db, user_id: string): Promise<AdministeredTenant[]> {
  const rows = await db
    .selectFrom('tenant_admins')
    .innerJoin('tenants', 'tenants.tenant_id', 'tenant_admins.tenant_id')
    .select(['tenants.tenant_id', 'tenants.name', 'tenants.domain', 'tenant_admins.role', 'tenants.plan'])
    .where('tenant_admins.user_id', '=', user_id)
    .orderBy('tenants.name')
    .limit(tenants_max)
    .execute()
  return rows.flatMap(({ role: stored, plan, ...tenant }) => {
    const role = roles.find((each) => each === stored)
    return role === undefined ? [] : [{ ...tenant, role, plan: plan as Plan }]
  })
}
