import { sha256 } from '../base/digest.ts'
import { newPrefixedId, newSecret } from '../base/ids.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type NewLogEvent } from '../logs/record-event.ts'
import { insertTokenFamily, useRefreshToken, type StoredRefreshToken } from '../store/refresh-tokens.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { makeAccessToken } from './access-token.ts'
import { makeIdToken } from './id-token.ts'
import type { DoorParts } from './oauth-parts.ts'
import { familyEnd, refreshTokenPolicy, type RefreshTokenPolicy } from './refresh-token-policy.ts'
import { refuseReuse } from './refuse-reuse.ts'
import type { Authorization, AuthorizedUser, TokenRequest } from './token-request.ts'

/** The body of a successful answer (RFC 6749 section 5.1). */
export type TokenAnswer = {
  access_token: string
  refresh_token?: string
  id_token?: string
  scope?: string
  expires_in: number
  token_type: 'Bearer'
}

type UserAuthorization = Extract<Authorization, { kind: 'user' }>

/**
 * Signs what an authorization grants, and keeps what must be kept (the refresh token, the log event) in one transaction. Nothing is
 * kept if signing fails, and nothing is answered if keeping fails.
 *
 * @throws {Refusal} `invalid_refresh_token` when another request used the presented refresh token meanwhile
 */
export async function issueTokens(
  parts: DoorParts,
  request: TokenRequest,
  authorization: Authorization,
  event: NewLogEvent,
): Promise<TokenAnswer> {
  const { scope } = authorization
  const sub = authorization.kind === 'user' ? authorization.user.user_id : `${request.client.client_id}@clients`
  const [access, id_token] = await Promise.all([
    makeAccessToken(parts, request, { ...authorization, sub }),
    authorization.kind === 'user' && scope.includes('openid')
      ? makeIdToken(parts, request, authorization.user, scope)
      : undefined,
  ])
  const refresh_token = await keep(parts, request, authorization, event)
  return {
    access_token: access.access_token,
    ...(refresh_token === undefined ? {} : { refresh_token }),
    ...(id_token === undefined ? {} : { id_token }),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    expires_in: access.expires_in,
    token_type: 'Bearer',
  }
}

async function keep(
  parts: DoorParts,
  request: TokenRequest,
  authorization: Authorization,
  event: NewLogEvent,
): Promise<string | undefined> {
  const { tenant_id } = request.tenant
  const at = parts.clock.now()
  if (authorization.kind === 'client') {
    await recordEvent(parts.db, tenant_id, at, event)
    return undefined
  }
  const { presented } = authorization
  const policy = refreshTokenPolicy(request.client)
  const offered = presented ? policy.rotates : authorization.scope.includes('offline_access')
  const refresh_token = offered ? newSecret() : undefined
  const result = await inTransaction(parts.db, async (trx) => {
    const used = presented
      ? await useUp(trx, presented, refresh_token, policy, at)
      : await begin(trx, request, authorization, refresh_token, familyEnd(policy, at, at), at)
    if (used === 'used') await recordEvent(trx, tenant_id, at, event)
    return used
  })
  if (result === 'used') return refresh_token
  if (result === 'reused' && presented) throw await refuseReuse(parts, request, presented)
  throw new Refusal('invalid_refresh_token')
}

async function useUp(
  trx: Transaction,
  presented: StoredRefreshToken,
  next: string | undefined,
  policy: RefreshTokenPolicy,
  at: number,
): Promise<'used' | 'reused' | 'ended'> {
  return await useRefreshToken(trx, presented.tenant_id, {
    family_id: presented.family_id,
    token_digest: presented.token_digest,
    next_digest: next === undefined ? undefined : sha256(next),
    leeway_ms: policy.leeway_ms,
    at,
    expires_at: familyEnd(policy, presented.created_at, at),
  })
}

async function begin(
  trx: Transaction,
  request: TokenRequest,
  authorization: UserAuthorization & AuthorizedUser,
  refresh_token: string | undefined,
  expires_at: number | null,
  at: number,
): Promise<'used'> {
  if (refresh_token === undefined) return 'used'
  await insertTokenFamily(trx, {
    tenant_id: request.tenant.tenant_id,
    family_id: newPrefixedId('rtf'),
    client_id: request.client.client_id,
    user_id: authorization.user.user_id,
    connection_id: authorization.connection_id,
    audience: authorization.resource_server?.identifier ?? null,
    scope: authorization.scope.join(' '),
    created_at: at,
    expires_at,
    token_digest: sha256(refresh_token),
  })
  return 'used'
}
