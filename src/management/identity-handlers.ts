import type { Clock } from '../base/clock.ts'
import type { UserIdentity } from '../contract/identity.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import { verifyToken, type VerifyTokenDeps } from '../keys/verify-token.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { linkUser, unlinkUser } from '../users/linked-users.ts'
import { showUsers } from '../users/show-users.ts'
import { bareId, profileById, rootId } from '../users/user.ts'
import type { BearerToken } from './authorize-route.ts'
import type { Handlers } from './handler.ts'
import { userOf } from './user-handlers.ts'

/** Dependencies of the operations on identities. */
export type IdentityDeps = VerifyTokenDeps & { db: Db; clock: Clock }

const fullId = (user_id: string | number): string => rootId({ identity_user_id: bareId(String(user_id)) })

async function showIdentities(db: Db, tenant: Tenant, user_id: string): Promise<UserIdentity[]> {
  const [shown] = await showUsers(db, tenant.tenant_id, [await userOf(db, tenant, user_id)])
  return shown?.identities ?? []
}

/** The user of an ID token, which the client of the request received. @throws {Refusal} `invalid_body` */
async function userOfIdToken(
  deps: IdentityDeps,
  tenant: Tenant,
  { issuer, token, link_with }: { issuer: string; token: BearerToken; link_with: string },
): Promise<string> {
  // The audience to compare is the client of the access token.
  if (token.client_id === '') throw invalidBody('The access token was issued to no client', 'link_with')
  try {
    const expected = { issuer, audience: token.client_id }
    const { sub = '' } = await verifyToken(deps, tenant.tenant_id, link_with, expected)
    return sub
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw invalidBody(`Invalid token: ${error.message}`, 'link_with')
  }
}

// Of connections, and so of identities.
const only_strategy = 'auth0'
const notConfigured = (): Refusal =>
  new Refusal('invalid_body', { message: 'The provider/connection is not configured.' })

type NamedIdentity = { provider?: string; user_id?: string | number; connection_id?: string }

/** The user whose identity a request names. @throws {Refusal} `insufficient_scope`, `invalid_body`, `inexistent_user` */
async function userOfIdentity(
  db: Db,
  tenant: Tenant,
  token: BearerToken,
  { provider, user_id, connection_id }: NamedIdentity,
): Promise<string> {
  // Any user could take over any other one.
  if (token.subject === 'user') {
    throw new Refusal('insufficient_scope', { message: 'Insufficient scope: a user links an identity by link_with.' })
  }
  if (provider === undefined || user_id === undefined) {
    throw invalidBody('Either link_with, or provider and user_id are required')
  }
  if (provider !== only_strategy) throw notConfigured()
  const linked_id = fullId(user_id)
  const profile = await profileById(db, tenant.tenant_id, linked_id)
  if (!profile) throw new Refusal('inexistent_user')
  const is_of = (of: string): boolean => profile.identities.some((identity) => identity.connection_id === of)
  if (connection_id !== undefined && !is_of(connection_id)) throw notConfigured()
  return linked_id
}

/** Operations on the identities of users. */
export function identityHandlers(deps: IdentityDeps) {
  return {
    async linkIdentity({ tenant, issuer, token, params, body }) {
      const { tenant_id } = tenant
      const { link_with, ...named } = body
      if (link_with !== undefined && Object.keys(named).length > 0) {
        throw invalidBody('link_with excludes provider, user_id and connection_id')
      }
      const linked_id =
        link_with === undefined
          ? await userOfIdentity(deps.db, tenant, token, named)
          : await userOfIdToken(deps, tenant, { issuer, token, link_with })
      const link = { tenant_id, user_id: params.id, linked_id }
      await inTransaction(deps.db, (trx) => linkUser(trx, link, deps.clock.now()))
      return await showIdentities(deps.db, tenant, params.id)
    },

    async unlinkIdentity({ tenant, params }) {
      const { tenant_id } = tenant
      const { identities } = await userOf(deps.db, tenant, params.id)
      const linked_id = fullId(params.user_id)
      const is_named = identities.some(
        (identity) => identity.strategy === params.provider && rootId(identity) === linked_id,
      )
      if (!is_named) throw new Refusal('inexistent_identity')
      const link = { tenant_id, user_id: params.id, linked_id }
      await inTransaction(deps.db, (trx) => unlinkUser(trx, link, deps.clock.now()))
      return await showIdentities(deps.db, tenant, params.id)
    },
  } satisfies Partial<Handlers>
}
