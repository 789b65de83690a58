import { isJsonObject } from '../base/json.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * The error that a failed sign-up is answered with: `invalid_signup` for a user who exists, so that a sign-up does not tell who exists, unless
 * the tenant's flag `enable_public_signup_user_exists_error` is set.
 */
export function publicSignUpError({ settings }: Tenant, error: unknown): unknown {
  const { flags } = settings
  const reports_existing = isJsonObject(flags) && flags['enable_public_signup_user_exists_error'] === true
  const exists = error instanceof Refusal && error.code === 'signup_user_exists'
  return exists && !reports_existing ? new Refusal('invalid_signup') : error
}
