import { errorOf, type Check } from './check.ts'

/** `request` and `request_uri` (RFC 9101): to ignore them would be to answer another request. */
export const checkRequestObject: Check = (_deps, request) => {
  const { request: object, request_uri } = request.parameters
  if (object !== undefined) throw errorOf(request, 'request_not_supported', 'Request objects are not supported.')
  if (request_uri !== undefined) throw errorOf(request, 'request_uri_not_supported', 'request_uri is not supported.')
}
