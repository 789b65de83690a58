import { isJsonObject } from '../base/json.ts'
import type { ClientGrant } from '../clients/client-grant.ts'
import type { ResourceServer } from '../clients/resource-server.ts'

/** Scopes of OpenID Connect (Core section 5.4 and 11), which no resource server needs to define. */
export const openid_scopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

// What a password grant without `scope` is recorded as granting. Offline access is only ever given to who asks for it.
const unasked = openid_scopes.filter((scope) => scope !== 'offline_access')

/** The scope values that a resource server defines. */
export function definedScopes(resource_server: ResourceServer): string[] {
  const { scopes } = resource_server.data
  if (!Array.isArray(scopes)) return []
  return scopes.flatMap((scope) => (isJsonObject(scope) && typeof scope['value'] === 'string' ? [scope['value']] : []))
}

// What a user may be given of a resource server. Of the Management API that is their own user and nothing else: whoever can log in
// must not thereby run the tenant. A resource server that enforces policies gives what roles say, and users have none here.
function scopesForUsers(resource_server: ResourceServer | undefined): string[] {
  if (!resource_server || resource_server.data['enforce_policies'] === true) return []
  const defined = definedScopes(resource_server)
  return resource_server.is_system ? defined.filter((scope) => scope.includes(':current_user')) : defined
}

/** What a user's login grants: what was asked for, as far as it exists; without a request, all but offline access. */
export function scopeForUser(resource_server: ResourceServer | undefined, requested: string[] | undefined): string[] {
  const ofServer = scopesForUsers(resource_server)
  if (!requested) return [...new Set([...unasked, ...ofServer])]
  const grantable = new Set([...openid_scopes, ...ofServer])
  return requested.filter((scope) => grantable.has(scope))
}

/** What a client is granted for itself: what was asked for (or all), as far as its grant goes and the resource server defines it. */
export function scopeForClient(
  resource_server: ResourceServer,
  grant: ClientGrant,
  requested: string[] | undefined,
): string[] {
  const defined = definedScopes(resource_server)
  const granted = grant.allow_all_scopes ? defined : grant.scope.filter((scope) => defined.includes(scope))
  return requested ? requested.filter((scope) => granted.includes(scope)) : granted
}
