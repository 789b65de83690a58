import { canonicalIdentifier } from '../base/canonical-identifier.ts'

/** The minimum length of an admin's password, in characters. */
export const admin_password_min = 12

/** One rule for an admin's password, and whether the password satisfies it. */
export type AdminPasswordRule = { message: string; verified: boolean }

/** The rules for an admin's password, each with whether `password` satisfies it. */
export function adminPasswordRules(email: string, password: string): AdminPasswordRule[] {
  const lower = password.toLowerCase()
  const address = canonicalIdentifier(email)
  return [
    {
      message: `At least ${admin_password_min} characters`,
      verified: Array.from(password).length >= admin_password_min,
    },
    { message: 'Not your e-mail address', verified: address === '' || !lower.includes(address) },
    { message: 'At least 5 different characters', verified: new Set(password).size >= 5 },
  ]
}
