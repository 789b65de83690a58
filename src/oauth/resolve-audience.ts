import type { ResourceServer } from '../clients/resource-server.ts'
import { Refusal } from '../contract/refusal.ts'
import { optionalText } from './fields.ts'
import type { DoorParts } from './oauth-parts.ts'
import type { TokenRequest } from './token-request.ts'

// As long as an identifier of a resource server may be.
const audience_max = 600

/**
 * The resource server that a request names by `audience`, else the tenant's `default_audience`, else undefined.
 *
 * @throws {Refusal} `unknown_audience`
 */
export async function resolveAudience(parts: DoorParts, request: TokenRequest): Promise<ResourceServer | undefined> {
  const named = optionalText(request.fields, 'audience', audience_max)
  const fallback = request.tenant.settings['default_audience']
  const audience = named ?? (typeof fallback === 'string' && fallback !== '' ? fallback : undefined)
  return audience === undefined ? undefined : await resourceServerNamed(parts, request.tenant.tenant_id, audience)
}

/**
 * The resource server with this identifier.
 *
 * @throws {Refusal} `unknown_audience`
 */
export async function resourceServerNamed(
  parts: DoorParts,
  tenant_id: string,
  audience: string,
): Promise<ResourceServer> {
  const found = await parts.lookups.resourceServer(tenant_id, audience)
  if (!found) throw new Refusal('unknown_audience', { message: `Service not found: ${audience}` })
  return found
}
