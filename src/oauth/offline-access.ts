import type { Client } from '../clients/client.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import { grantTypesOf } from './grant-types-of.ts'

/**
 * Removes `offline_access` from a scope unless a refresh token may be issued: the resource server, if any, allows offline access, and
 * the client may use the refresh token grant.
 */
export function withoutRefusedOfflineAccess(
  client: Client,
  resource_server: ResourceServer | undefined,
  scope: string[],
): string[] {
  const allowed =
    (!resource_server || resource_server.data['allow_offline_access'] === true) &&
    grantTypesOf(client).includes('refresh_token')
  return allowed ? scope : scope.filter((value) => value !== 'offline_access')
}
