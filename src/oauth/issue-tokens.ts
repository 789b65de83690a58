import { sha256 } from '../base/digest.ts'
import { newPrefixedId, newSecret } from '../base/ids.ts'
import { Refusal } from '../contract/refusal.ts'
import { abandonLogin, concludeLogin, type PendingLogin } from '../login/conclude-login.ts'
import { recordEvent, recordEvents, type NewLogEvent } from '../logs/record-event.ts'
import { insertTokenFamily, useRefreshToken, type StoredRefreshToken } from '../store/refresh-tokens.ts'
import { inTransaction } from '../store/transaction.ts'
import { makeAccessToken } from './access-token.ts'
import { makeIdToken } from './id-token.ts'
import type { DoorParts } from './oauth-parts.ts'
import { familyEnd, refreshTokenPolicy } from './refresh-token-policy.ts'
import { refuseReuse } from './refuse-reuse.ts'
import type { Authorization, TokenRequest } from './token-request.ts'

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
 * Signs what an authorization grants, and keeps what must be kept (the login, the refresh token, the log events) in one transaction.
 * Nothing is kept if signing fails, and nothing is answered if keeping fails.
 *
 * @throws {Refusal} `invalid_refresh_token` when another request used the presented refresh token meanwhile; `wrong_credentials`
 *   when the user was deleted, blocked or given another password meanwhile
 */
export async function issueTokens(
  parts: DoorParts,
  request: TokenRequest,
  authorization: Authorization,
  event: NewLogEvent,
): Promise<TokenAnswer> {
  if (authorization.kind === 'client') {
    return await answerWith(parts, request, authorization, () => log(parts, request, event))
  }
  const { by } = authorization
  if (by.kind === 'refresh_token') {
    return await answerWith(parts, request, authorization, () => useUp(parts, request, by.presented, event))
  }
  const { pending } = by
  try {
    return await answerWith(parts, request, authorization, () => begin(parts, request, authorization, pending, event))
  } catch (error) {
    // The password was right: what failed here must not count against the person.
    if (pending) parts.background.run('give an attempt back', () => abandonLogin(parts.db, pending))
    throw error
  }
}

async function answerWith(
  parts: DoorParts,
  request: TokenRequest,
  authorization: Authorization,
  keep: () => Promise<string | void>,
): Promise<TokenAnswer> {
  const { scope } = authorization
  const sub = authorization.kind === 'user' ? authorization.user.user_id : `${request.client.client_id}@clients`
  const [access, id_token] = await Promise.all([
    makeAccessToken(parts, request, { ...authorization, sub }),
    authorization.kind === 'user' && scope.includes('openid')
      ? makeIdToken(parts, request, authorization.user, scope)
      : undefined,
  ])
  const refresh_token = await keep()
  return {
    access_token: access.access_token,
    ...(refresh_token ? { refresh_token } : {}),
    ...(id_token === undefined ? {} : { id_token }),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    expires_in: access.expires_in,
    token_type: 'Bearer',
  }
}

// Tokens that nothing is kept of: nothing but the log can be lost with the power.
async function log(parts: DoorParts, request: TokenRequest, event: NewLogEvent): Promise<void> {
  const { tenant_id } = request.tenant
  await recordEvents(parts.db, tenant_id, parts.clock.now(), [event], { awaits_disk: false })
}

async function useUp(
  parts: DoorParts,
  request: TokenRequest,
  presented: StoredRefreshToken,
  event: NewLogEvent,
): Promise<string | undefined> {
  const { tenant_id } = request.tenant
  const at = parts.clock.now()
  const policy = refreshTokenPolicy(request.client)
  const next = policy.rotates ? newSecret() : undefined
  const result = await inTransaction(parts.db, async (trx) => {
    const used = await useRefreshToken(trx, tenant_id, {
      family_id: presented.family_id,
      token_digest: presented.token_digest,
      next_digest: next === undefined ? undefined : sha256(next),
      leeway_ms: policy.leeway_ms,
      at,
      expires_at: familyEnd(policy, presented.created_at, at),
    })
    if (used === 'used') await recordEvent(trx, tenant_id, at, event)
    return used
  })
  if (result === 'used') return next
  if (result === 'reused') throw await refuseReuse(parts, request, presented)
  throw new Refusal('invalid_refresh_token')
}

async function begin(
  parts: DoorParts,
  request: TokenRequest,
  authorization: UserAuthorization,
  pending: PendingLogin | undefined,
  event: NewLogEvent,
): Promise<string | undefined> {
  const { tenant_id } = request.tenant
  const at = parts.clock.now()
  const refresh_token = authorization.scope.includes('offline_access') ? newSecret() : undefined
  if (!pending && refresh_token === undefined) {
    await log(parts, request, event)
    return undefined
  }
  await inTransaction(parts.db, async (trx) => {
    const login_event = pending && (await concludeLogin(trx, pending))
    if (refresh_token !== undefined) {
      await insertTokenFamily(trx, {
        tenant_id,
        family_id: newPrefixedId('rtf'),
        client_id: request.client.client_id,
        user_id: authorization.user.user_id,
        connection_id: authorization.connection_id,
        audience: authorization.resource_server?.identifier ?? null,
        scope: authorization.scope.join(' '),
        created_at: at,
        expires_at: familyEnd(refreshTokenPolicy(request.client), at, at),
        token_digest: sha256(refresh_token),
      })
    }
    await recordEvents(trx, tenant_id, at, login_event ? [login_event, event] : [event])
  })
  return refresh_token
}
