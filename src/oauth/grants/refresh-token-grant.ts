import { sha256 } from '../../base/digest.ts'
import { newSecret } from '../../base/ids.ts'
import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import { recordEvent } from '../../logs/record-event.ts'
import {
  refreshTokenByDigest,
  revokeTokenFamily,
  useRefreshToken,
  type StoredRefreshToken,
} from '../../store/refresh-tokens.ts'
import type { Db } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { userById } from '../../users/user.ts'
import type { Authorization } from '../authorization.ts'
import { exchangeEvent } from '../exchange-event.ts'
import { requestedScope, requiredText, splitScope } from '../fields.ts'
import { familyExpiry, refreshTokenPolicy } from '../refresh-token-policy.ts'
import { refuseReuse } from '../refuse-reuse.ts'
import { requireResourceServer } from '../resolve-audience.ts'
import { signTokens, type SignTokensDeps } from '../sign-tokens.ts'
import type { Grant, GrantLogs, TokenRequest } from '../token-request.ts'

/** Dependencies of the refresh token grant. */
export type RefreshTokenDeps = SignTokensDeps & { db: Db; clients: Pick<ClientCache, 'resourceServer'> }

const logs: GrantLogs = { success: 'sertft', failure: 'fertft', exchange: 'Refresh Token for Access Token' }

const invalid = (): Refusal => new Refusal('invalid_refresh_token')

/**
 * The refresh token of a request, which must be valid and belong to the client.
 *
 * @throws {Refusal} `invalid_refresh_token`; the family of a token that was rotated is revoked first
 */
async function presentedToken(deps: RefreshTokenDeps, request: TokenRequest): Promise<StoredRefreshToken> {
  const { tenant, client, fields } = request
  const digest = sha256(requiredText(fields, 'refresh_token'))
  const found = await refreshTokenByDigest(deps.db, tenant.tenant_id, digest)
  if (!found || found.client_id !== client.client_id || found.revoked_at !== null) throw invalid()
  const now = deps.clock.now()
  if (found.expires_at !== null && found.expires_at <= now) throw invalid()
  const { leeway_ms } = refreshTokenPolicy(client)
  if (found.rotated_at !== null && now > found.rotated_at + leeway_ms) throw await refuseReuse(deps, request, found)
  return found
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
  if (user.blocked) throw new Refusal('user_blocked')
  const granted = splitScope(presented.scope)
  const requested = requestedScope(fields)
  const { audience, session_id } = presented
  return {
    tenant_id,
    issuer,
    client,
    subject: { kind: 'user', user, authentication: session_id === null ? {} : { sid: session_id } },
    resource_server: audience === null ? undefined : await requireResourceServer(deps.clients, tenant_id, audience),
    scope: requested ? requested.filter((value) => granted.includes(value)) : granted,
    gty: 'refresh_token',
  }
}

/** The refresh token grant (RFC 6749 section 6): new tokens for an earlier login. */
export function refreshTokenGrant(deps: RefreshTokenDeps): Grant {
  return {
    grant_type: 'refresh_token',
    allowed_by: ['refresh_token'],
    needs_secret: false,
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
        const used = await useRefreshToken(trx, tenant_id, {
          family_id,
          token_digest,
          next_digest: next === undefined ? undefined : sha256(next),
          leeway_ms: policy.leeway_ms,
          at,
          expires_at: familyExpiry(policy, created_at, at),
        })
        if (used === 'used') {
          await recordEvent(trx, tenant_id, at, exchangeEvent(logs, request, authorization, { connection_id }))
        }
        return used
      })
      if (result === 'reused') throw await refuseReuse(deps, request, presented)
      if (result === 'ended') throw invalid()
      return answer
    },
  }
}
