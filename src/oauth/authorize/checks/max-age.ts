import { errorOf, type Check } from './check.ts'

/** `max_age`: seconds; 0 asks for a login in any case (OpenID Connect Core section 3.1.2.1). */
export const checkMaxAge: Check = (_deps, request) => {
  const { max_age } = request.parameters
  if (max_age === undefined) return
  if (!/^\d{1,10}$/.test(max_age)) throw errorOf(request, 'invalid_request', 'max_age must be a number of seconds.')
  request.max_age_s = Number(max_age)
}
