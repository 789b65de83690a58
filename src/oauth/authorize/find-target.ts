import type { ClientCache } from '../../clients/client-cache.ts'
import type { Client } from '../../clients/client.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { isRegisteredUrl } from '../registered-url.ts'
import type { Parameters } from './authorization-request.ts'

const client_id_max = 256

/**
 * The client of an authorization request.
 *
 * @throws {Refusal} `unknown_client`, which is answered with a page
 */
export async function findClient(
  clients: Pick<ClientCache, 'clientOfLogin'>,
  tenant: Tenant,
  { client_id }: Parameters,
): Promise<Client> {
  if (client_id === undefined) throw new Refusal('unknown_client', { message: 'Missing required parameter: client_id' })
  const client = client_id.length > client_id_max ? undefined : await clients.clientOfLogin(tenant.tenant_id, client_id)
  if (!client || client.is_global) {
    throw new Refusal('unknown_client', { message: `Unknown client: ${client_id.slice(0, 100)}` })
  }
  return client
}

/**
 * The redirect URI of an authorization request, which must be a callback of the client; the client's only callback where the request has
 * none. Until it is proven, no error goes to it.
 *
 * @throws {Refusal} `callback_mismatch`, which is answered with a page
 */
export function findRedirectUri(client: Client, { redirect_uri }: Parameters): string {
  const { callbacks } = client.data
  if (redirect_uri === undefined) {
    const [only, ...others]: unknown[] = Array.isArray(callbacks) ? callbacks : []
    if (typeof only === 'string' && others.length === 0 && isRegisteredUrl(callbacks, only)) return only
    throw new Refusal('callback_mismatch', { message: 'Missing required parameter: redirect_uri' })
  }
  // RFC 6749 section 3.1.2: a redirect URI has no fragment.
  if (redirect_uri.includes('#') || !isRegisteredUrl(callbacks, redirect_uri, client)) {
    throw new Refusal('callback_mismatch')
  }
  return redirect_uri
}
