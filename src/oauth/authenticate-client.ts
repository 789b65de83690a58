import { hasDigest } from '../base/digest.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import { authenticationMethodsOf } from '../clients/client-credentials.ts'
import type { Client } from '../clients/client.ts'
import { Refusal } from '../contract/refusal.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import type { PresentedClient } from './presented-client.ts'
import { verifyClientAssertion, type VerifyAssertionDeps } from './verify-client-assertion.ts'

/** A client that may make its request. `is_authenticated` is false for a public client. */
export type AuthenticatedClient = { client: Client; is_authenticated: boolean }

/** The dependencies of authenticating clients. */
export type AuthenticateClientDeps = VerifyAssertionDeps & { clients: Pick<ClientCache, 'credentials'>; site: Site }

/**
 * Whether a client is public (RFC 6749 section 2.1): its `token_endpoint_auth_method` is `none`, the default of browser and native
 * clients. A client that authenticates with keys is not.
 */
export function isPublicClient(client: Client): boolean {
  const { token_endpoint_auth_method, app_type } = client.data
  if (authenticationMethodsOf(client)) return false
  if (typeof token_endpoint_auth_method === 'string') return token_endpoint_auth_method === 'none'
  return app_type === 'spa' || app_type === 'native'
}

/**
 * Authenticates a client by its secret or, where it has chosen that, by a client assertion; a public client needs neither. An unknown client
 * costs the same work as a wrong secret.
 *
 * @throws {Refusal} `invalid_client`
 */
export async function authenticateClient(
  deps: AuthenticateClientDeps,
  tenant: Tenant,
  presented: PresentedClient,
): Promise<AuthenticatedClient> {
  const { client_id, client_secret, assertion } = presented
  const { tenant_id } = tenant
  const { client, secret_digest, keys } = await deps.clients.credentials(tenant_id, client_id)
  const usable = client && !client.is_global ? client : undefined
  if (assertion !== undefined) {
    if (!usable) throw new Refusal('invalid_client')
    const issuer = issuerOf(tenant, deps.site.scheme)
    const audiences = [issuer, `${issuer}oauth/token`]
    await verifyClientAssertion(deps, { tenant_id, client_id, keys, assertion, audiences })
    return { client: usable, is_authenticated: true }
  }
  if (client_secret === undefined) {
    if (usable && isPublicClient(usable)) return { client: usable, is_authenticated: false }
    throw new Refusal('invalid_client')
  }
  const matches = hasDigest(client_secret, secret_digest)
  if (!usable || !matches || authenticationMethodsOf(usable)) throw new Refusal('invalid_client')
  return { client: usable, is_authenticated: true }
}
