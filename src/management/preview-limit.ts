import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'

/** Runs a preview of an admin or a client of a tenant, which takes the time of all requests. @throws {Refusal} `too_many_requests` */
export type PreviewLimit = <T>(of: { tenant_id: string; reader: string }, preview: () => T) => T

// Milliseconds of work for each second that passes, and the most that is saved up: a tenth of a core for each tenant.
const bounds = { tenant: { per_second: 100, saved_max: 600 }, reader: { per_second: 50, saved_max: 300 } } as const
// A preview counts as at least this: 5 a second by one reader.
const counted_min_ms = 10

/** Creates a limit of the processor time that previews take: by reader, and by tenant. Each process has its own. */
export function createPreviewLimit(clock: Clock): PreviewLimit {
  const saved = new LRUCache<string, { left_ms: number; at: number }>({ max: 10_000 })

  function leftOf(key: string, { per_second, saved_max }: { per_second: number; saved_max: number }): number {
    const found = saved.get(key)
    if (!found) return saved_max
    return Math.min(saved_max, found.left_ms + (Math.max(0, clock.now() - found.at) / 1000) * per_second)
  }

  return ({ tenant_id, reader }, preview) => {
    const counted = [
      { key: tenant_id, bound: bounds.tenant },
      { key: JSON.stringify([tenant_id, reader]), bound: bounds.reader },
    ].map(({ key, bound }) => ({ key, left_ms: leftOf(key, bound) }))
    if (counted.some(({ left_ms }) => left_ms <= 0)) {
      throw new Refusal('too_many_requests', { message: 'Too many previews. Try again soon.', retry_after_s: 1 })
    }
    const before = process.threadCpuUsage()
    try {
      return preview()
    } finally {
      const { user, system } = process.threadCpuUsage(before)
      const took_ms = Math.max(counted_min_ms, (user + system) / 1000)
      for (const { key, left_ms } of counted) saved.set(key, { left_ms: left_ms - took_ms, at: clock.now() })
    }
  }
}
