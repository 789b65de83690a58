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
 *
 * @param options `is_conformant`: `updated_at` as a number of seconds, as section 5.1 has it
 */
export function profileClaims(
  user: User,
  scopes: readonly string[],
  { is_conformant }: { is_conformant: boolean },
): Record<string, unknown> {
  const shown = showAttributes(withPicture(user))
  return Object.fromEntries(
    claims
      .filter(({ attribute, scope }) => scopes.includes(scope) && shown[attribute] !== undefined)
      .map(({ claim, attribute }) => [
        claim,
        is_conformant && attribute === 'updated_at' ? Math.floor(user.updated_at / 1000) : shown[attribute],
      ]),
  )
}
