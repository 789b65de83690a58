import type { Clock } from '../base/clock.ts'
import type { Db } from '../store/tables.ts'
import { attackProtectionOf, updateAttackProtection } from '../tenants/attack-protection.ts'
import type { Handlers } from './handler.ts'

/** Operations on the limits of failed logins and sign-ups. */
export function attackProtectionHandlers(deps: { db: Db; clock: Clock }) {
  return {
    getBruteForceProtection: async ({ tenant }) => attackProtectionOf(tenant).brute_force_protection,

    updateBruteForceProtection: async ({ tenant, body }) =>
      (await updateAttackProtection(deps, tenant, { brute_force_protection: body })).brute_force_protection,

    getSuspiciousIpThrottling: async ({ tenant }) => attackProtectionOf(tenant).suspicious_ip_throttling,

    updateSuspiciousIpThrottling: async ({ tenant, body }) =>
      (await updateAttackProtection(deps, tenant, { suspicious_ip_throttling: body })).suspicious_ip_throttling,

    getBreachedPasswordDetection: async ({ tenant }) => attackProtectionOf(tenant).breached_password_detection,

    updateBreachedPasswordDetection: async ({ tenant, body }) =>
      (await updateAttackProtection(deps, tenant, { breached_password_detection: body })).breached_password_detection,
  } satisfies Partial<Handlers>
}
