import { randomAlphanumeric } from '../base/ids.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import type { DoorParts } from './oauth-parts.ts'
import { makeOpaqueToken } from './opaque-token.ts'
import { signToken } from './sign-token.ts'
import type { TokenRequest } from './token-request.ts'

const lifetime_s = 86_400
const browser_lifetime_s = 7200

const seconds = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined

function lifetimeOf(request: TokenRequest, resource_server: ResourceServer | undefined): number {
  const { token_lifetime, token_lifetime_for_web } = resource_server?.data ?? {}
  const ordinary = seconds(token_lifetime) ?? lifetime_s
  if (!resource_server || request.client.data['app_type'] !== 'spa') return ordinary
  return Math.min(ordinary, seconds(token_lifetime_for_web) ?? browser_lifetime_s)
}

/** The audience of the tokens that `/userinfo` takes. */
export function userinfoAudience(issuer: string): string {
  return `${issuer}userinfo`
}

/** What an access token says. */
export type AccessTokenContent = {
  sub: string
  resource_server: ResourceServer | undefined
  scope: readonly string[]
  gty: string
}

/**
 * Makes an access token: a signed one for a resource server, good at `/userinfo` too where the scope has `openid`; without a
 * resource server an opaque one, for `/userinfo` alone.
 */
export async function makeAccessToken(
  parts: DoorParts,
  request: TokenRequest,
  content: AccessTokenContent,
): Promise<{ access_token: string; expires_in: number }> {
  const { resource_server, scope, sub } = content
  const { tenant_id } = request.tenant
  const { client_id } = request.client
  const expires_in = lifetimeOf(request, resource_server)
  const iat = Math.floor(parts.clock.now() / 1000)
  const exp = iat + expires_in
  if (!resource_server) {
    const access_token = await makeOpaqueToken(parts, tenant_id, { sub, client_id, scope: scope.join(' '), exp })
    return { access_token, expires_in }
  }
  const { identifier } = resource_server
  const access_token = await signToken(parts, tenant_id, {
    iss: request.issuer,
    sub,
    aud: scope.includes('openid') ? [identifier, userinfoAudience(request.issuer)] : identifier,
    iat,
    exp,
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    gty: content.gty,
    azp: client_id,
    jti: randomAlphanumeric(22),
  })
  return { access_token, expires_in }
}
