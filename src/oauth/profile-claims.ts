import type { User } from '../users/user.ts'

const given = (claims: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null && value !== undefined))

/**
 * The claims about a user that a scope grants (OpenID Connect Core section 5.4, with Auth0's `nickname` and ISO `updated_at`). Claims
 * without a value stay out.
 */
export function profileClaims(user: User, scope: readonly string[]): Record<string, unknown> {
  const { name, nickname, picture, given_name, family_name, email, phone_number } = user
  return {
    ...(scope.includes('profile')
      ? given({
          given_name,
          family_name,
          nickname,
          name,
          picture,
          updated_at: new Date(user.updated_at).toISOString(),
        })
      : {}),
    ...(scope.includes('email') && email !== null ? { email, email_verified: user.email_verified } : {}),
    ...(scope.includes('phone') && phone_number !== null
      ? { phone_number, phone_number_verified: user.phone_verified }
      : {}),
  }
}
