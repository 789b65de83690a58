import type { JsonObject } from '../base/json.ts'
import type { Outcome } from '../contract/outcomes.ts'
import type { User } from '../users/user.ts'

/** The password was right. `detail` goes into the log event. */
export type Accepted = {
  kind: 'accepted'
  outcome: 'success' | 'moved' | 'legacy_success'
  user: User
  /** The credential that the password matched; undefined in legacy mode, which stores none. */
  credential_id: string | undefined
  detail: JsonObject
}

/** The attempt failed. `message` is for the tenant's log; `code` is a script's own. */
export type Refused = {
  kind: 'refused'
  outcome: Outcome
  user_id?: string
  message?: string
  code?: string
  detail: JsonObject
}

/** The result of verifying an identifier and a password. */
export type Authentication = Accepted | Refused

/** The same password was accepted for the same identifier by another call: a login of its own, which moves no user. */
export function sharedAuthentication(authentication: Authentication): Authentication {
  if (authentication.kind === 'refused') return authentication
  const { outcome } = authentication
  return { ...authentication, outcome: outcome === 'moved' ? 'success' : outcome, detail: { shared: true } }
}
