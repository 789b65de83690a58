import { isJsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'

const day_s = 24 * 3600

/** Rotation and lifetimes of a client's refresh tokens. A lifetime of null is unlimited. */
export type RefreshTokenPolicy = {
  rotates: boolean
  leeway_ms: number
  lifetime_ms: number | null
  idle_lifetime_ms: number | null
}

/** The policy in a client's `refresh_token` settings. Defaults: rotation without leeway, 30 days, 15 days of inactivity. */
export function refreshTokenPolicy(client: Client): RefreshTokenPolicy {
  const settings = isJsonObject(client.data['refresh_token']) ? client.data['refresh_token'] : {}
  const durationMs = (name: string, default_s: number): number => {
    const value = settings[name]
    return (typeof value === 'number' && value >= 0 ? value : default_s) * 1000
  }
  const never_expires = settings['expiration_type'] === 'non-expiring'
  return {
    rotates: settings['rotation_type'] !== 'non-rotating',
    leeway_ms: durationMs('leeway', 0),
    lifetime_ms:
      never_expires || settings['infinite_token_lifetime'] === true ? null : durationMs('token_lifetime', 30 * day_s),
    idle_lifetime_ms:
      never_expires || settings['infinite_idle_token_lifetime'] === true
        ? null
        : durationMs('idle_token_lifetime', 15 * day_s),
  }
}

/** The expiry of a token family that was created at `created_at` and is used at `at`; null if it never expires. Epoch milliseconds. */
export function familyExpiry(policy: RefreshTokenPolicy, created_at: number, at: number): number | null {
  const expiries = [
    ...(policy.lifetime_ms === null ? [] : [created_at + policy.lifetime_ms]),
    ...(policy.idle_lifetime_ms === null ? [] : [at + policy.idle_lifetime_ms]),
  ]
  return expiries.length === 0 ? null : Math.min(...expiries)
}
