import { scopeForUser } from '../../granted-scope.ts'
import { splitScope } from '../../request-fields.ts'
import { errorOf, type Check } from './check.ts'

/** `scope`: values that do not exist are left out. An ID token needs `openid` (OpenID Connect Core section 3.1.2.1). */
export const checkScope: Check = (_deps, request) => {
  const { scope } = request.parameters
  const requested = scope === undefined ? undefined : splitScope(scope)
  const { client, resource_server, response_type } = request
  request.scope = scopeForUser(client, resource_server, requested)
  if (response_type.id_token && !request.scope.includes('openid')) {
    throw errorOf(request, 'invalid_request', 'The scope must contain openid where an ID token is requested.')
  }
  // Only a code gives a refresh token (OpenID Connect Core section 11).
  if (!response_type.code) request.scope = request.scope.filter((value) => value !== 'offline_access')
}
