import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { randomAlphanumeric } from '../base/ids.ts'
import { clientSubject, type Client } from '../clients/client.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { userinfoAudience } from '../tenants/tenant.ts'
import type { Authorization } from './authorization.ts'
import { sealOpaqueToken } from './opaque-token.ts'
import { signJwt } from './sign-jwt.ts'

const default_lifetime_s = 86_400
const default_browser_lifetime_s = 7200

const positiveInteger = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined

function lifetimeOf(client: Client, resource_server: ResourceServer | undefined, for_web: boolean): number {
  const { token_lifetime, token_lifetime_for_web } = resource_server?.data ?? {}
  const lifetime_s = positiveInteger(token_lifetime) ?? default_lifetime_s
  const is_for_web = for_web || (resource_server !== undefined && client.data['app_type'] === 'spa')
  if (!is_for_web) return lifetime_s
  return Math.min(lifetime_s, positiveInteger(token_lifetime_for_web) ?? default_browser_lifetime_s)
}

/** The session of an admin: the Management API refuses the token once it has ended. */
const sessionOfAdmin = ({ tenant, subject }: Authorization): string | undefined =>
  tenant.is_system && subject.kind === 'user' ? subject.authentication.sid : undefined

/**
 * Creates an access token: a JWT for a resource server, which `/userinfo` also accepts if the scope contains `openid`; without a
 * resource server an opaque token for `/userinfo` only. `expires_in` is in seconds.
 *
 * @param options `for_web`: the authorization endpoint itself sends the token, whose lifetime is the shorter one for the web
 */
export async function createAccessToken(
  deps: { clock: Clock; keys: SigningKeys; sealer: Sealer },
  authorization: Authorization,
  { for_web = false }: { for_web?: boolean } = {},
): Promise<{ access_token: string; expires_in: number }> {
  const { tenant, issuer, client, resource_server, scope, gty, subject, custom_claims } = authorization
  const { tenant_id } = tenant
  const { client_id } = client
  const sub = subject.kind === 'user' ? subject.user.user_id : clientSubject(client_id)
  const expires_in = lifetimeOf(client, resource_server, for_web)
  const iat = Math.floor(deps.clock.now() / 1000)
  const exp = iat + expires_in
  if (!resource_server) {
    const access_token = await sealOpaqueToken(deps, tenant_id, { sub, client_id, scope: scope.join(' '), exp })
    return { access_token, expires_in }
  }
  const { identifier } = resource_server
  const access_token = await signJwt(deps.keys, tenant_id, {
    ...custom_claims?.access_token,
    iss: issuer,
    sub,
    aud: scope.includes('openid') ? [identifier, userinfoAudience(issuer)] : identifier,
    iat,
    exp,
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    ...defined({ gty, sid: sessionOfAdmin(authorization) }),
    azp: client_id,
    jti: randomAlphanumeric(22),
  })
  return { access_token, expires_in }
}
