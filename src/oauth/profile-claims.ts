import { withPicture } from '../users/default-picture.ts'
import { showAttributes } from '../users/user-attributes.ts'
import { user_entries } from '../users/user-columns.ts'
import type { User } from '../users/user.ts'

const claims = user_entries.flatMap(([attribute, { scope }]) =>
  scope === undefined
    ? []
    : [{ claim: attribute === 'phone_verified' ? 'phone_number_verified' : attribute, attribute, scope }],
)

/** The names of the claims about a user that a scope grants. */
export const profile_claims: readonly string[] = claims.map(({ claim }) => claim)

/**
 * The claims about a user that these scopes grant (OpenID Connect Core section 5.4, with Auth0's `nickname` and ISO
 * `updated_at`). Claims without a value are left out.
 */
export function profileClaims(user: User, scopes: readonly string[]): Record<string, unknown> {
  const shown = showAttributes(withPicture(user))
  return Object.fromEntries(
    claims
      .filter(({ attribute, scope }) => scopes.includes(scope) && shown[attribute] !== undefined)
      .map(({ claim, attribute }) => [claim, shown[attribute]]),
  )
}
