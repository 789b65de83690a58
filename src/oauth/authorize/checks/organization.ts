import { errorOf, type Check } from './check.ts'

/**
 * `organization` and `invitation`: there are no organizations. To ignore the parameter would be to log in a user who need not be a member of
 * the organization that the client names.
 */
export const checkOrganization: Check = (_deps, request) => {
  const sent = ['organization', 'invitation'].find((name) => request.parameters[name] !== undefined)
  if (sent !== undefined) throw errorOf(request, 'invalid_request', `parameter ${sent} is not allowed for this client`)
}
