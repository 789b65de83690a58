import { managementScopes, namedScopes } from '../contract/management-scopes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Db } from '../store/tables.ts'
import { clientGrantFromRow, type ClientGrant } from '../clients/client-grant.ts'
import { managementAudience, type Tenant } from '../tenants/tenant.ts'
import type { BearerToken } from './authorize-route.ts'

/** The caller of an operation on clients or client grants. */
export type RoleCaller = { tenant: Tenant; issuer: string; token: BearerToken }

type Granted = Pick<ClientGrant, 'scope' | 'allow_all_scopes'>

// What `allow_all_scopes` grants.
const scopes_of_all = managementScopes.map(({ value }) => value).filter((value) => !namedScopes.has(value))

// With one of these scopes a client can give itself any other one, or read the secret or choose the key of a client that has it.
const unlimited = new Set([
  'create:client_grants',
  'update:client_grants',
  'read:client_keys',
  'update:client_keys',
  'create:client_credentials',
  'update:client_credentials',
])

/**
 * The scopes of a grant for the tenant's Management API that reach beyond the admin's role: those that the role does not permit, and, where
 * it does not permit all scopes of the tenant, those that lead to any other.
 */
function scopesBeyondRole({ token }: Pick<RoleCaller, 'token'>, { scope, allow_all_scopes }: Granted): string[] {
  // The token of a client grants none of the scopes that only owners grant, not even one that it has.
  if (token.subject !== 'admin') return scope.filter((value) => namedScopes.has(value))
  const permits_all = scopes_of_all.every((value) => token.scopes.has(value))
  const isBeyond = (value: string): boolean => !token.scopes.has(value) || (!permits_all && unlimited.has(value))
  return [...new Set([...(allow_all_scopes ? scopes_of_all : []), ...scope])].filter(isBeyond)
}

/**
 * Requires that a caller grants no scope that only owners grant, and that an admin grants a client of the Management API no scope beyond the admin's role: the client's token would reach further
 * than the admin. Other audiences pass.
 *
 * @throws {Refusal} `insufficient_scope`, naming the scopes
 */
export function requireGrantWithinRole(caller: RoleCaller, audience: string, granted: Granted): void {
  if (audience !== managementAudience(caller.issuer)) return
  const beyond = scopesBeyondRole(caller, granted)
  if (beyond.length === 0) return
  const who = caller.token.subject === 'admin' ? 'The role' : 'The token of a client'
  throw new Refusal('insufficient_scope', { message: `${who} does not permit these scopes: ${beyond.join(',')}` })
}

/** The ids of the clients whose grants for the Management API reach beyond an admin's role, or have scopes that only owners grant. */
export async function clientsBeyondRole(db: Db, caller: RoleCaller): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('client_grants')
    .selectAll()
    .where('tenant_id', '=', caller.tenant.tenant_id)
    .where('audience', '=', managementAudience(caller.issuer))
    .execute()
  const beyond = rows.map(clientGrantFromRow).filter((grant) => scopesBeyondRole(caller, grant).length > 0)
  return new Set(beyond.map(({ client_id }) => client_id))
}

/**
 * Requires that a client's grants do not reach beyond the caller's role, before what stops or weakens it: a change of its secret, its settings
 * or its grants, or its deletion.
 *
 * @throws {Refusal} `insufficient_scope`
 */
export async function requireClientWithinRole(db: Db, caller: RoleCaller, client_id: string): Promise<void> {
  if (!(await clientsBeyondRole(db, caller)).has(client_id)) return
  throw new Refusal('insufficient_scope', { message: 'The client has scopes that the caller may not grant.' })
}

/** Requires that an admin is an owner of the tenant. The token of a client needs the scopes of the route only. @throws {Refusal} `insufficient_scope` */
export function requireOwner({ subject, role }: BearerToken, what: string): void {
  if (subject !== 'admin' || role === 'owner') return
  throw new Refusal('insufficient_scope', { message: `Only an owner of the tenant may use ${what}.` })
}
