import { isJsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'

const day_s = 24 * 3600

/** How a client's refresh tokens behave; null is for ever. */
export type RefreshTokenPolicy = {
  rotates: boolean
  leeway_ms: number
  lifetime_ms: number | null
  idle_lifetime_ms: number | null
}

/**
 * The policy that a client's `refresh_token` settings make. What they leave open is the safe choice: rotation without leeway, 30 days,
 * 15 of them idle.
 */
export function refreshTokenPolicy(client: Client): RefreshTokenPolicy {
  const settings = isJsonObject(client.data['refresh_token']) ? client.data['refresh_token'] : {}
  const ms = (name: string, otherwise_s: number): number => {
    const value = settings[name]
    return (typeof value === 'number' && value >= 0 ? value : otherwise_s) * 1000
  }
  const for_ever = settings['expiration_type'] === 'non-expiring'
  return {
    rotates: settings['rotation_type'] !== 'non-rotating',
    leeway_ms: ms('leeway', 0),
    lifetime_ms: for_ever || settings['infinite_token_lifetime'] === true ? null : ms('token_lifetime', 30 * day_s),
    idle_lifetime_ms:
      for_ever || settings['infinite_idle_token_lifetime'] === true ? null : ms('idle_token_lifetime', 15 * day_s),
  }
}

/** When a family ends that began at `began_at` and is used at `at`; null for never. Epoch milliseconds. */
export function familyEnd(policy: RefreshTokenPolicy, began_at: number, at: number): number | null {
  const ends = [
    ...(policy.lifetime_ms === null ? [] : [began_at + policy.lifetime_ms]),
    ...(policy.idle_lifetime_ms === null ? [] : [at + policy.idle_lifetime_ms]),
  ]
  return ends.length === 0 ? null : Math.min(...ends)
}
