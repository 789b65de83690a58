import type { JsonObject } from '../base/json.ts'
import type { Outcome } from '../contract/outcomes.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import type { PostLoginCall } from '../rules/post-login.ts'
import type { LinkedProfile } from '../users/find-credential.ts'
import type { User } from '../users/user.ts'

/** The password is correct. `detail` is added to the log event. */
export type Accepted = {
  kind: 'accepted'
  outcome: 'success' | 'moved' | 'legacy_success'
  user: User
  /** The credential that the password matched; undefined in legacy mode, which stores none. */
  credential_id: string | undefined
  /** The profile of the identity that the user logged in by, where it was linked to the user. */
  linked?: LinkedProfile
  /** The hash to store instead of the credential's, whose format is not the current one. */
  rehashed?: PasswordHash
  detail: JsonObject
}

/** The attempt failed. `message` is for the tenant's log; `code` is the error code that a script chose. */
export type Refused = {
  kind: 'refused'
  outcome: Outcome
  user_id?: string
  message?: string
  code?: string
  detail: JsonObject
  /** The call of a post-login step that ended the login. */
  post_login?: PostLoginCall
}

/** The result of verifying an identifier and a password. */
export type Authentication = Accepted | Refused

/** The authentication of a caller that waited for the script call of another one: a login of its own, for which no user was moved. */
export function sharedAuthentication(authentication: Authentication): Authentication {
  if (authentication.kind === 'refused') return authentication
  const { outcome } = authentication
  return { ...authentication, outcome: outcome === 'moved' ? 'success' : outcome, detail: { shared: true } }
}
