import { admin_response_modes, response_modes } from '../authorization-request.ts'
import { errorOf, type Check } from './check.ts'

/** `response_mode`: tokens never travel in a query (OAuth 2.0 Multiple Response Types section 2.1). */
export const checkResponseMode: Check = (_deps, request) => {
  const { response_mode } = request.parameters
  if (response_mode === undefined) return
  const modes = request.tenant.is_system ? admin_response_modes : response_modes
  const known = modes.find((mode) => mode === response_mode)
  if (!known) {
    throw errorOf(request, 'unsupported_response_mode', `Unsupported response mode: ${response_mode.slice(0, 100)}`)
  }
  // A message is sent to an origin only, and an app has none.
  if (known === 'web_message' && !/^https?:/.test(request.target.redirect_uri)) {
    throw errorOf(request, 'invalid_request', 'The response mode web_message needs an http(s) redirect URI.')
  }
  const { token, id_token } = request.response_type
  if (known === 'query' && (token || id_token)) {
    throw errorOf(request, 'invalid_request', 'The response mode query is not allowed for a response with tokens.')
  }
}
