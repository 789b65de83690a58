import { hasDigest } from '../base/digest.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import type { Client } from '../clients/client.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { PresentedClient } from './presented-client.ts'

/** An authenticated client. `sent_secret` is false for a public client. */
export type AuthenticatedClient = { client: Client; sent_secret: boolean }

/**
 * Whether a client is public (RFC 6749 section 2.1): its `token_endpoint_auth_method` is `none`, the default of browser and native
 * clients.
 */
export function isPublicClient(client: Client): boolean {
  const { token_endpoint_auth_method, app_type } = client.data
  if (typeof token_endpoint_auth_method === 'string') return token_endpoint_auth_method === 'none'
  return app_type === 'spa' || app_type === 'native'
}

/**
 * Authenticates a client by its secret; a public client needs none. An unknown client costs the same work as a wrong secret.
 *
 * @throws {Refusal} `invalid_client`
 */
export async function authenticateClient(
  clients: Pick<ClientCache, 'credentials'>,
  tenant: Tenant,
  presented: PresentedClient,
): Promise<AuthenticatedClient> {
  const { client_id, client_secret } = presented
  const { client, secret_digest } = await clients.credentials(tenant.tenant_id, client_id)
  const usable = client && !client.is_global ? client : undefined
  if (client_secret === undefined) {
    if (usable && isPublicClient(usable)) return { client: usable, sent_secret: false }
    throw new Refusal('invalid_client')
  }
  const matches = hasDigest(client_secret, secret_digest)
  if (!usable || !matches) throw new Refusal('invalid_client')
  return { client: usable, sent_secret: true }
}
