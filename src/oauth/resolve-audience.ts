import type { ClientCache } from '../clients/client-cache.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import { Refusal } from '../contract/refusal.ts'
import { userinfoAudience, type Tenant } from '../tenants/tenant.ts'

/** The longest `audience` parameter: the longest identifier of a resource server. */
export const audience_max = 600

/**
 * The resource server of the parameter `audience`, else of the tenant's `default_audience`; undefined without either, and where the audience is
 * `/userinfo` of the issuer, which old versions of auth0-js and Lock were given.
 *
 * @throws {Refusal} `unknown_audience`
 */
export async function resolveAudience(
  clients: Pick<ClientCache, 'resourceServer'>,
  { tenant, issuer }: { tenant: Tenant; issuer: string },
  audience: string | undefined,
): Promise<ResourceServer | undefined> {
  const fallback = tenant.settings['default_audience']
  const identifier = audience ?? (typeof fallback === 'string' && fallback !== '' ? fallback : undefined)
  if (identifier === undefined || identifier === userinfoAudience(issuer)) return undefined
  return await requireResourceServer(clients, tenant.tenant_id, identifier)
}

/** The refusal of an audience that no resource server has. */
export const unknownAudience = (identifier: string): Refusal =>
  new Refusal('unknown_audience', { message: `Service not found: ${identifier}` })

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
  if (!found) throw unknownAudience(identifier)
  return found
}
