import { defined } from '../base/defined.ts'
import type { Session } from '../sessions/session.ts'
import type { AuthenticationClaims } from './authorization.ts'

/** The claims of an ID token about the login of a session. */
export function authenticationClaims(
  { session_id, authenticated_at, amr }: Pick<Session, 'session_id' | 'authenticated_at' | 'amr'>,
  nonce: string | undefined,
): AuthenticationClaims {
  return { auth_time: Math.floor(authenticated_at / 1000), sid: session_id, amr, ...defined({ nonce }) }
}
