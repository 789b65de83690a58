import { sha256 } from '../../base/digest.ts'
import { Refusal } from '../../contract/refusal.ts'
import { refreshTokenByDigest, revokeTokenFamily, type StoredRefreshToken } from '../../store/refresh-tokens.ts'
import { userById } from '../../users/user.ts'
import { requestedScope, requiredText, splitScope } from '../fields.ts'
import type { DoorParts } from '../oauth-parts.ts'
import { resourceServerNamed } from '../resolve-audience.ts'
import { refreshTokenPolicy } from '../refresh-token-policy.ts'
import { refuseReuse } from '../refuse-reuse.ts'
import type { Grant, TokenRequest } from '../token-request.ts'

const invalid = (): Refusal => new Refusal('invalid_refresh_token')

/**
 * The refresh token that a request presents, if it is this client's and still good.
 *
 * @throws {Refusal} `invalid_refresh_token`; for a token that was rotated its family is revoked first
 */
async function presentedToken(parts: DoorParts, request: TokenRequest): Promise<StoredRefreshToken> {
  const { tenant, client, fields } = request
  const digest = sha256(requiredText(fields, 'refresh_token'))
  const found = await refreshTokenByDigest(parts.db, tenant.tenant_id, digest)
  if (!found || found.client_id !== client.client_id || found.revoked_at !== null) throw invalid()
  const now = parts.clock.now()
  if (found.expires_at !== null && found.expires_at <= now) throw invalid()
  const { leeway_ms } = refreshTokenPolicy(client)
  if (found.rotated_at !== null && now > found.rotated_at + leeway_ms) throw await refuseReuse(parts, request, found)
  return found
}

/** New tokens for an old login (RFC 6749 section 6). The scope may narrow and never widens. */
export const refreshToken: Grant = {
  grant_type: 'refresh_token',
  allowed_by: ['refresh_token'],
  required: ['refresh_token'],
  logs: {
    success: 'sertft',
    failure: 'fertft',
    exchange: 'Refresh Token for Access Token',
    login_writes: false,
  },
  async authorize(parts, request) {
    const presented = await presentedToken(parts, request)
    const { tenant } = request
    const user = await userById(parts.db, tenant.tenant_id, presented.user_id)
    if (!user) {
      await revokeTokenFamily(parts.db, tenant.tenant_id, presented.family_id, 'user_deleted', parts.clock.now())
      throw invalid()
    }
    if (user.blocked) throw new Refusal('user_blocked')
    const granted = splitScope(presented.scope)
    const requested = requestedScope(request.fields)
    return {
      kind: 'user',
      user,
      connection_id: presented.connection_id,
      connection_name: undefined,
      by: { kind: 'refresh_token', presented },
      resource_server:
        presented.audience === null
          ? undefined
          : await resourceServerNamed(parts, tenant.tenant_id, presented.audience),
      scope: requested ? requested.filter((value) => granted.includes(value)) : granted,
      gty: 'refresh_token',
    }
  },
}
