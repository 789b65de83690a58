import { authorizePassword, password_grants, password_logs } from '../authorize-password.ts'
import type { Grant } from '../token-request.ts'

/** A user's identifier and password (RFC 6749 section 4.3), on the default connection or on the one that `realm` names. */
export const password: Grant = {
  grant_type: 'password',
  allowed_by: password_grants,
  required: ['username', 'password'],
  logs: password_logs,
  authorize: authorizePassword,
}
