import { isJsonObject } from '../base/json.ts'
import type { ClientGrant } from '../clients/client-grant.ts'
import { namedScopes } from '../contract/management-scopes.ts'
import type { Client } from '../clients/client.ts'
import type { ResourceServer } from '../clients/resource-server.ts'
import type { TokenChanges } from '../rules/post-login.ts'
import { grantTypesOf } from './grant-types-of.ts'

/** Scopes of OpenID Connect (Core section 5.4 and 11), which no resource server needs to define. */
export const openid_scopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

// The scope of a password grant without a `scope` parameter, as recorded at Auth0. Offline access must be requested.
const default_scopes = openid_scopes.filter((scope) => scope !== 'offline_access')

/** The scope values that a resource server defines. */
function definedScopes(resource_server: ResourceServer): string[] {
  const { scopes } = resource_server.data
  if (!Array.isArray(scopes)) return []
  return scopes.flatMap((scope) => (isJsonObject(scope) && typeof scope['value'] === 'string' ? [scope['value']] : []))
}

// The Management API grants users only the scopes on their own data. A resource server that enforces policies grants scopes by role, and
// users have no roles.
function scopesForUsers(resource_server: ResourceServer | undefined): string[] {
  if (!resource_server || resource_server.data['enforce_policies'] === true) return []
  const defined = definedScopes(resource_server)
  return resource_server.is_system ? defined.filter((scope) => scope.includes(':current_user')) : defined
}

function allowsOfflineAccess(client: Client, resource_server: ResourceServer | undefined): boolean {
  const allowed = !resource_server || resource_server.data['allow_offline_access'] === true
  return allowed && grantTypesOf(client).includes('refresh_token')
}

/**
 * The scope that the login of a user grants: the requested values that exist; by default all of them except `offline_access`, which is
 * granted where the resource server, if any, allows it and the client may use the refresh token grant.
 */
export function scopeForUser(
  client: Client,
  resource_server: ResourceServer | undefined,
  requested: string[] | undefined,
): string[] {
  const server_scopes = scopesForUsers(resource_server)
  // What the Management API lets users change of themselves is granted on request only.
  const default_server_scopes = resource_server?.is_system === true ? [] : server_scopes
  const grantable = new Set([...openid_scopes, ...server_scopes])
  const granted = requested?.filter((scope) => grantable.has(scope)) ?? [
    ...new Set([...default_scopes, ...default_server_scopes]),
  ]
  return allowsOfflineAccess(client, resource_server) ? granted : granted.filter((scope) => scope !== 'offline_access')
}

/**
 * The scope of the client credentials grant: the requested values, by default all, that the client grant permits and the resource
 * server defines.
 */
export function scopeForClient(
  resource_server: ResourceServer,
  grant: ClientGrant,
  requested: string[] | undefined,
): string[] {
  const defined = definedScopes(resource_server)
  const by_name = grant.scope.filter((scope) => defined.includes(scope))
  const isByName = (scope: string): boolean => resource_server.is_system && namedScopes.has(scope)
  const granted = grant.allow_all_scopes
    ? defined.filter((scope) => !isByName(scope) || by_name.includes(scope))
    : by_name
  return requested ? requested.filter((scope) => granted.includes(scope)) : granted
}

/**
 * The scope after the post-login steps of a login: what they removed is not granted, and what they added is granted where the resource
 * server defines it. They change neither the scopes of OpenID Connect nor those of the Management API, but may remove `offline_access`.
 */
export function scopeAfterSteps(
  granted: string[],
  resource_server: ResourceServer | undefined,
  { scope }: Pick<TokenChanges, 'scope'>,
): string[] {
  if (scope === undefined) return granted
  const addable = resource_server && !resource_server.is_system ? definedScopes(resource_server) : []
  const kept = granted.filter((value) => scope.includes(value) || default_scopes.includes(value))
  return [...new Set([...kept, ...scope.filter((value) => addable.includes(value))])]
}
