import { authorizePassword, password_grants, password_logs } from '../authorize-password.ts'
import type { Grant } from '../token-request.ts'

/** Auth0's password grant on the connection that `realm` names. */
export const passwordRealm: Grant = {
  grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
  allowed_by: password_grants,
  required: ['username', 'password', 'realm'],
  logs: password_logs,
  authorize: authorizePassword,
}
