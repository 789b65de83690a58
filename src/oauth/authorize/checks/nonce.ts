import { errorOf, type Check } from './check.ts'

/** `nonce`: required for an ID token in the response itself (OpenID Connect Core sections 3.2.2.1 and 3.3.2.11). */
export const checkNonce: Check = (_deps, request) => {
  const { nonce } = request.parameters
  request.nonce = nonce
  if (nonce === undefined && request.response_type.id_token) {
    throw errorOf(request, 'invalid_request', 'Missing required parameter: nonce')
  }
}
