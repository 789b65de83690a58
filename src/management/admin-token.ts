import { roleOf } from '../admins/admin.ts'
import { signedInAdmin } from '../admins/signed-in-admin.ts'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { scopesOfRole } from '../contract/roles.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { Db } from '../store/tables.ts'
import { requireTenant } from '../tenants/manage-tenants.ts'
import { issuerOf, type Tenant, type Site } from '../tenants/tenant.ts'
import { readBearerToken, type BearerToken } from './authorize-route.ts'

/** The dependencies of `readAdminToken`. */
export type AdminTokenDeps = {
  db: Db
  clock: Clock
  keys: Pick<SigningKeys, 'verificationKey'>
  site: Site
}

/**
 * Verifies an admin's access token for a tenant: a token of a user of the system tenant, for its Management API. The scopes are those of
 * the role that the user has in the tenant at this moment; the scopes of the token are ignored.
 *
 * @throws {Refusal} as `readBearerToken`; `invalid_token` for a session that has ended, and for a user who is blocked or deleted; `inexistent_tenant` for a tenant in which
 *   the user has no role, as for one that does not exist
 */
export async function readAdminToken(
  deps: AdminTokenDeps,
  system: Tenant,
  tenant_id: string,
  authorization: string | undefined,
): Promise<{ tenant: Tenant; token: BearerToken }> {
  const token = await readBearerToken(deps, system, issuerOf(system, deps.site.scheme), authorization)
  const session = { tenant_id: system.tenant_id, user_id: token.sub, session_id: token.sid ?? '', at: deps.clock.now() }
  const user = token.subject === 'user' ? await signedInAdmin(deps.db, session) : undefined
  if (!user) throw new Refusal('invalid_token')
  // The path is not checked by the contract: PostgreSQL refuses a NUL byte.
  const role = /^ten_\w+$/.test(tenant_id) ? await roleOf(deps.db, tenant_id, user.user_id) : undefined
  if (!role) throw new Refusal('inexistent_tenant')
  const tenant = await requireTenant(deps.db, tenant_id)
  const user_name = user.email ?? user.user_id
  return { tenant, token: { ...token, subject: 'admin', scopes: scopesOfRole[role], role, user_name } }
}
