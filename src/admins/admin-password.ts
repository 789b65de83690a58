import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { Refusal } from '../contract/refusal.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'

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

/** Checks a password that an admin chooses. @throws {Refusal} `password_too_long`, `weak_password` (see `adminPasswordRules`) */
export function checkAdminPassword(email: string, password: string): void {
  checkPasswordLength(password)
  if (adminPasswordRules(email, password).every((rule) => rule.verified)) return
  throw new Refusal('weak_password', { message: 'Please choose a stronger password.' })
}
