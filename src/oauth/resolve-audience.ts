import type { ClientCache } from '../clients/client-cache.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The longest `audience` parameter: the longest identifier of a resource server. */
export const audience_max = 600

/**
 * The resource server of the parameter `audience`, else of the tenant's `default_audience`; undefined without either.
 *
 * @throws {Refusal} `unknown_audience`
 */
export async function resolveAudience(
  clients: Pick<ClientCache, 'resourceServer'>,
  tenant: Tenant,
  audience: string | undefined,
): Promise<ResourceServer | undefined> {
  const fallback = tenant.settings['default_audience']
  const identifier = audience ?? (typeof fallback === 'string' && fallback !== '' ? fallback : undefined)
  return identifier === undefined ? undefined : await requireResourceServer(clients, tenant.tenant_id, identifier)
}

/**
 * The resource server with this identifier.
 *
 * @throws {Refusal} `unknown_audience`
 */
export async function requireResourceServer(
  clients: Pick<ClientCache, 'resourceServer'>,
  tenant_id: string,
  identifier: string,
): Promise<ResourceServer> {
  const found = await clients.resourceServer(tenant_id, identifier)
  if (!found) throw new Refusal('unknown_audience', { message: `Service not found: ${identifier}` })
  return found
}
