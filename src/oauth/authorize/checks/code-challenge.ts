import { isPublicClient } from '../../authenticate-client.ts'
import { errorOf, type Check } from './check.ts'

// RFC 7636 section 4.2: a plain challenge is the verifier itself.
const challenge_pattern = /^[A-Za-z0-9._~-]{43,128}$/

/** `code_challenge` and `code_challenge_method` (RFC 7636): required for a client without a secret (RFC 9700 section 2.1.1). */
export const checkCodeChallenge: Check = (_deps, request) => {
  const { code_challenge: challenge, code_challenge_method: method = 'plain' } = request.parameters
  if (challenge === undefined) {
    if (request.parameters['code_challenge_method'] !== undefined) {
      throw errorOf(request, 'invalid_request', 'Missing required parameter: code_challenge')
    }
    if (request.response_type.code && isPublicClient(request.client)) {
      throw errorOf(request, 'invalid_request', 'A client without a secret must send code_challenge (PKCE).')
    }
    return
  }
  if (method === 'plain' && request.tenant.is_system) {
    throw errorOf(request, 'invalid_request', 'code_challenge_method must be S256.')
  }
  if (method !== 'S256' && method !== 'plain') {
    throw errorOf(request, 'invalid_request', 'code_challenge_method must be S256 or plain.')
  }
  if (!challenge_pattern.test(challenge)) {
    throw errorOf(request, 'invalid_request', 'code_challenge must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~')
  }
  request.code_challenge = { challenge, method }
}
