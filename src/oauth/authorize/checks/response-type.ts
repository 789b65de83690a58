import { grantTypesOf } from '../../grant-types-of.ts'
import { errorOf, type Check } from './check.ts'

const supported = new Set(['code', 'token', 'id_token'])

/** `response_type`: any combination of `code`, `token` and `id_token` in any order, as far as the client's grant types allow. */
export const checkResponseType: Check = (_deps, request) => {
  const { response_type } = request.parameters
  if (response_type === undefined)
    throw errorOf(request, 'invalid_request', 'Missing required parameter: response_type')
  const values = response_type.split(' ').filter((value) => value !== '')
  if (values.some((value) => !supported.has(value)) || new Set(values).size !== values.length || values.length === 0) {
    throw errorOf(request, 'unsupported_response_type', `Unsupported response type: ${response_type.slice(0, 100)}`)
  }
  const [code, token, id_token] = ['code', 'token', 'id_token'].map((value) => values.includes(value)) as [
    boolean,
    boolean,
    boolean,
  ]
  request.response_type = { code, token, id_token }
  const grant_types = grantTypesOf(request.client)
  const needed = [...(code ? ['authorization_code'] : []), ...(token || id_token ? ['implicit'] : [])]
  const missing = needed.find((grant_type) => !grant_types.includes(grant_type))
  if (missing !== undefined) {
    throw errorOf(request, 'unauthorized_client', `Grant type '${missing}' not allowed for the client.`)
  }
}
