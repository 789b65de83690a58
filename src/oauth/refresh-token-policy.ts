import { isJsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'

const day_s = 24 * 3600

/** How long a client's refresh tokens live and whether they rotate. A lifetime of null does not end. */
export type RefreshTokenPolicy = {
  rotates: boolean
  leeway_ms: number
  lifetime_ms: number | null
  idle_lifetime_ms: number | null
}

/** The policy of a client's `refresh_token` settings. Defaults: rotation without leeway, 30 days, 15 days idle. */
export function refreshTokenPolicy(client: Client): RefreshTokenPolicy {
  const settings = isJsonObject(client.data['refresh_token']) ? client.data['refresh_token'] : {}
  const ms = (name: string, otherwise_s: number): number => {
    const value = settings[name]
    return (typeof value === 'number' && value >= 0 ? value : otherwise_s) * 1000
  }
  const never_expires = settings['expiration_type'] === 'non-expiring'
  return {
    rotates: settings['rotation_type'] !== 'non-rotating',
    leeway_ms: ms('leeway', 0),
    lifetime_ms:
      never_expires || settings['infinite_token_lifetime'] === true ? null : ms('token_lifetime', 30 * day_s),
    idle_lifetime_ms:
      never_expires || settings['infinite_idle_token_lifetime'] === true ? null : ms('idle_token_lifetime', 15 * day_s),
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
