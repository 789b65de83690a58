import { Refusal } from '../../../contract/refusal.ts'
import { audience_max, resolveAudience } from '../../resolve-audience.ts'
import { errorOf, type Check } from './check.ts'

/** `audience`: the identifier of a resource server, which need not be a URI. */
export const checkAudience: Check = async (deps, request) => {
  const { tenant, target, parameters } = request
  const { audience } = parameters
  if (audience !== undefined && audience.length > audience_max) {
    throw errorOf(request, 'invalid_request', 'The parameter audience is too long.')
  }
  try {
    request.resource_server = await resolveAudience(deps.clients, { tenant, issuer: target.issuer }, audience)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw errorOf(request, 'access_denied', error.message)
  }
}
