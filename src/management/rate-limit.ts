import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'

/** What a tenant may still ask: `reset_s` is when the next request fits, in epoch seconds. */
export type Allowance = { allowed: boolean; limit: number; remaining: number; reset_s: number }

/** Requests per tenant, as a token bucket that holds one second's worth. Each process counts its own. */
export type RateLimit = {
  /** Counts a request. */
  take(tenant_id: string): Allowance
  /** Tells without counting. */
  look(tenant_id: string): Allowance
}

/** Makes the buckets. `per_second` is both what flows in and what a bucket holds. */
export function createRateLimit(clock: Clock, per_second: number): RateLimit {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: 10_000 })

  function filled(tenant_id: string): { tokens: number; at: number } {
    const now = clock.now()
    const bucket = buckets.get(tenant_id)
    if (!bucket) return { tokens: per_second, at: now }
    const passed_ms = Math.max(0, now - bucket.at)
    return { tokens: Math.min(per_second, bucket.tokens + (passed_ms / 1000) * per_second), at: now }
  }

  function allowance(bucket: { tokens: number; at: number }, allowed: boolean): Allowance {
    const wait_ms = bucket.tokens >= 1 ? 0 : ((1 - bucket.tokens) / per_second) * 1000
    return {
      allowed,
      limit: per_second,
      remaining: Math.floor(bucket.tokens),
      reset_s: Math.ceil((bucket.at + wait_ms) / 1000),
    }
  }

  return {
    take(tenant_id) {
      const bucket = filled(tenant_id)
      const allowed = bucket.tokens >= 1
      if (allowed) bucket.tokens -= 1
      buckets.set(tenant_id, bucket)
      return allowance(bucket, allowed)
    },
    look: (tenant_id) => allowance(filled(tenant_id), true),
  }
}
