import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'

/** The state of a tenant's rate limit. `reset_s`: the time from which a request is allowed, in epoch seconds. */
export type Allowance = { allowed: boolean; limit: number; remaining: number; reset_s: number }

/** A rate limit per tenant: a token bucket for the requests of one second. Each process has its own buckets. */
export type RateLimit = {
  /** Counts a request. */
  take(tenant_id: string): Allowance
  /** Reports the state without counting a request. */
  peek(tenant_id: string): Allowance
}

/** Creates a rate limit. `per_second` is the refill rate of a bucket and its capacity. */
export function createRateLimit(clock: Clock, per_second: number): RateLimit {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: 10_000 })

  function refilled(tenant_id: string): { tokens: number; at: number } {
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
      const bucket = refilled(tenant_id)
      const allowed = bucket.tokens >= 1
      if (allowed) bucket.tokens -= 1
      buckets.set(tenant_id, bucket)
      return allowance(bucket, allowed)
    },
    peek: (tenant_id) => allowance(refilled(tenant_id), true),
  }
}
