import { hasDigest } from '../base/digest.ts'
import type { Client } from '../clients/client.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { PresentedClient } from './client-credentials-of.ts'
import type { DoorParts } from './oauth-parts.ts'

/** A client that may use the token endpoint. Public clients have shown no secret. */
export type AuthenticatedClient = { client: Client; has_shown_secret: boolean }

/** True for a client that has no secret to keep: `token_endpoint_auth_method` `none`, the default of browser and native clients. */
export function isPublicClient(client: Client): boolean {
  const { token_endpoint_auth_method, app_type } = client.data
  if (typeof token_endpoint_auth_method === 'string') return token_endpoint_auth_method === 'none'
  return app_type === 'spa' || app_type === 'native'
}

/**
 * The client, once it has shown its secret (or is public and showed none). An unknown client does the same work as one with a wrong
 * secret.
 *
 * @throws {Refusal} `invalid_client`
 */
export async function authenticateClient(
  parts: DoorParts,
  tenant: Tenant,
  presented: PresentedClient,
): Promise<AuthenticatedClient> {
  const { client_id, client_secret } = presented
  const { client, secret_digest } = await parts.lookups.knownClient(tenant.tenant_id, client_id)
  const usable = client && !client.is_global ? client : undefined
  if (client_secret === undefined) {
    if (usable && isPublicClient(usable)) return { client: usable, has_shown_secret: false }
    throw new Refusal('invalid_client')
  }
  const same = hasDigest(client_secret, secret_digest)
  if (!usable || !same) throw new Refusal('invalid_client')
  return { client: usable, has_shown_secret: true }
}
