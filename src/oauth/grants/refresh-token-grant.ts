import { digestText } from '../../base/digest.ts'
import { newSecret } from '../../base/ids.ts'
import type { ClientCache } from '../../clients/client-cache.ts'
import type { Client } from '../../clients/client.ts'
import type { ConnectionCache } from '../../connections/connection-cache.ts'
import type { ResourceServer } from '../../clients/resource-server.ts'
import { Refusal } from '../../contract/refusal.ts'
import { refreshLogin, type RefreshLoginDeps } from '../../login/refresh-login.ts'
import { recordEvent } from '../../logs/record-event.ts'
import { no_token_changes, type LoginGrant, type TokenChanges } from '../../rules/post-login.ts'
import {
  refreshTokenByDigest,
  revokeTokenFamily,
  useRefreshToken,
  type StoredRefreshToken,
} from '../../store/refresh-tokens.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { extendSession, liveSession } from '../../sessions/session.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { isBlocked, userById, type User } from '../../users/user.ts'
import type { Authorization } from '../authorization.ts'
import { tokenIssuedEvent } from '../token-request-event.ts'
import { requestedScope, requiredText, splitScope } from '../request-fields.ts'
import { scopeAfterSteps, scopeForUser } from '../granted-scope.ts'
import { readableParameters } from '../login-grant.ts'
import { familyExpiry, refreshTokenPolicy } from '../refresh-token-policy.ts'
import { refuseTokenReuse } from '../refuse-token-reuse.ts'
import { requireResourceServer } from '../resolve-audience.ts'
import { signTokens, type SignTokensDeps } from '../sign-tokens.ts'
import type { Grant, GrantLogs, TokenRequest } from '../token-request.ts'

/** Dependencies of the refresh token grant. */
export type RefreshTokenDeps = SignTokensDeps &
  RefreshLoginDeps & {
    db: Db
    clients: Pick<ClientCache, 'resourceServer'>
    connections: Pick<ConnectionCache, 'byId'>
  }

const logs: GrantLogs = { success: 'sertft', failure: 'fertft', exchange: 'Refresh Token for Access Token' }

const invalid = (): Refusal => new Refusal('invalid_refresh_token')

/**
 * The refresh token of a request, which must be valid and belong to the client.
 *
 * @throws {Refusal} `invalid_refresh_token`; the family of a token that was rotated is revoked first
 */
async function presentedToken(deps: RefreshTokenDeps, request: TokenRequest): Promise<StoredRefreshToken> {
  const { tenant, client, fields } = request
  const digest = digestText(requiredText(fields, 'refresh_token'))
  const found = await refreshTokenByDigest(deps.db, tenant.tenant_id, digest)
  if (!found || found.client_id !== client.client_id || found.revoked_at !== null) throw invalid()
  const now = deps.clock.now()
  if (found.expires_at !== null && found.expires_at <= now) throw invalid()
  const { leeway_ms } = refreshTokenPolicy(client)
  if (found.rotated_at !== null && now > found.rotated_at + leeway_ms)
    throw await refuseTokenReuse(deps, request, found)
  return found
}

/**
 * The part of a token's scope that a login would still grant.
 *
 * @throws {Refusal} `invalid_refresh_token` where a login would no longer issue a refresh token
 */
function scopeStillGranted(client: Client, resource_server: ResourceServer | undefined, granted: string[]): string[] {
  const scope = scopeForUser(client, resource_server, granted)
  if (scope.includes('offline_access')) return scope
  throw new Refusal('invalid_refresh_token', { message: 'The API no longer allows offline access.' })
}

/** What the post-login steps change in the new tokens. @throws {Refusal} `user_blocked`, `invalid_refresh_token`, and as `refreshLogin` */
async function changesOfSteps(
  deps: RefreshTokenDeps,
  { tenant, client, fields, caller }: TokenRequest,
  { connection_id, session_id, audience, created_at }: StoredRefreshToken,
  { user, scope }: { user: User; scope: string[] },
): Promise<TokenChanges> {
  if (deps.post_login_steps.length === 0) return no_token_changes
  if (isBlocked(user)) throw new Refusal('user_blocked')
  const connection = await deps.connections.byId(tenant.tenant_id, connection_id)
  if (!connection) throw invalid()
  const granted = { scope: scope.join(' '), ...(audience === null ? {} : { audience }) }
  const grant: LoginGrant = {
    protocol: 'oauth2-refresh-token',
    scope,
    audience: audience ?? undefined,
    query: {},
    body: { ...granted, ...readableParameters(fields) },
    parameters: {},
    authenticated_at: created_at,
    ...(session_id === null ? {} : { session_id }),
  }
  return await refreshLogin(deps, { tenant, connection, client, user, caller, grant })
}

/** The authorization that the token still grants. A request may narrow the scope, not extend it (RFC 6749 section 6). */
async function authorize(
  deps: RefreshTokenDeps,
  request: TokenRequest,
  presented: StoredRefreshToken,
): Promise<Authorization> {
  const { tenant, issuer, client, fields } = request
  const { tenant_id } = tenant
  const user = await userById(deps.db, tenant_id, presented.user_id)
  if (!user) {
    await revokeTokenFamily(deps.db, tenant_id, presented.family_id, 'user_deleted', deps.clock.now())
    throw invalid()
  }
  const { audience, session_id } = presented
  const resource_server = audience === null ? undefined : await requireResourceServer(deps.clients, tenant_id, audience)
  const granted = scopeStillGranted(client, resource_server, splitScope(presented.scope))
  const requested = requestedScope(fields)
  const scope = requested ? requested.filter((value) => granted.includes(value)) : granted
  const changes = await changesOfSteps(deps, request, presented, { user, scope })
  return {
    tenant,
    issuer,
    client,
    subject: { kind: 'user', user, authentication: session_id === null ? {} : { sid: session_id } },
    resource_server,
    scope: scopeAfterSteps(scope, resource_server, changes),
    custom_claims: changes,
    gty: 'refresh_token',
  }
}

type LoginKey = Pick<StoredRefreshToken, 'tenant_id' | 'user_id' | 'connection_id' | 'client_id'>

const findLogin = prepareQuery((db, { tenant_id, user_id, connection_id, client_id }: LoginKey) =>
  db
    .selectFrom('users')
    .leftJoin('connection_clients', (join) =>
      join
        .onRef('connection_clients.tenant_id', '=', 'users.tenant_id')
        .on('connection_clients.connection_id', '=', connection_id)
        .on('connection_clients.client_id', '=', client_id),
    )
    .select(['users.blocked', 'users.legacy_blocked', 'connection_clients.client_id'])
    .where('users.tenant_id', '=', tenant_id)
    .where('users.user_id', '=', user_id)
    .where('users.linked_to', 'is', null),
)

/**
 * Checks in the transaction of the refresh that the user could still log in to this client.
 *
 * @throws {Refusal} `user_blocked`, `invalid_refresh_token`
 */
async function requireLogin(trx: Transaction, tenant_id: string, presented: StoredRefreshToken): Promise<void> {
  const { user_id, connection_id, client_id } = presented
  const { rows } = await findLogin(trx, { tenant_id, user_id, connection_id, client_id })
  const [found] = rows
  if (!found) throw invalid()
  if (found.blocked === 1 || found.legacy_blocked === 1) throw new Refusal('user_blocked')
  if (found.client_id !== null) return
  throw new Refusal('invalid_refresh_token', { message: 'The connection is not enabled for the client.' })
}

/**
 * Extends the session of an admin, with which the admin's tokens end.
 *
 * @throws {Refusal} `invalid_refresh_token`
 */
async function extendAdminSession(
  trx: Transaction,
  { tenant_id, settings }: Tenant,
  session_id: string | null,
  at: number,
): Promise<void> {
  const session = session_id === null ? undefined : await liveSession(trx, tenant_id, session_id, at)
  if (!session || !(await extendSession(trx, session, sessionLifetime(settings), at))) throw invalid()
}

/**
 * The refresh token grant (RFC 6749 section 6): new tokens for an earlier login, as far as a login would issue them now. The user, the
 * connection of the client, the API and its scopes are checked again.
 */
export function refreshTokenGrant(deps: RefreshTokenDeps): Grant {
  return {
    grant_type: 'refresh_token',
    allowed_by: ['refresh_token'],
    needs_authentication: false,
    required: ['refresh_token'],
    logs,
    async issue(request) {
      const { tenant_id } = request.tenant
      const presented = await presentedToken(deps, request)
      const authorization = await authorize(deps, request, presented)
      const policy = refreshTokenPolicy(request.client)
      const next = policy.rotates ? newSecret() : undefined
      const answer = await signTokens(deps, authorization, next)
      const { family_id, token_digest, connection_id, created_at } = presented
      const at = deps.clock.now()
      const result = await inTransaction(deps.db, async (trx) => {
        await requireLogin(trx, tenant_id, presented)
        if (request.tenant.is_system) await extendAdminSession(trx, request.tenant, presented.session_id, at)
        const used = await useRefreshToken(trx, tenant_id, {
          family_id,
          token_digest,
          next_digest: next === undefined ? undefined : digestText(next),
          leeway_ms: policy.leeway_ms,
          at,
          expires_at: familyExpiry(policy, created_at, at),
        })
        if (used === 'used') {
          await recordEvent(trx, tenant_id, at, tokenIssuedEvent(logs, request, authorization, { connection_id }))
        }
        return used
      })
      if (result === 'reused') throw await refuseTokenReuse(deps, request, presented)
      if (result === 'ended') throw invalid()
      return answer
    },
  }
}
