import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { onChange, type CachedTable } from './table-changes.ts'
import type { Db } from './tables.ts'

/**
 * How long a cached row is used without being read again, in milliseconds. A change made by this process shows at once; one made by
 * another process shows after this time at the latest.
 */
export const cache_ttl_ms = 5000

/** A cache of values read from the store, each kept for `cache_ttl_ms` or until one of its tables changes. */
export type ReadCache<T> = {
  /**
   * The value of a key. `load` reads it unless the cache has one that is younger than `max_age_ms`. Concurrent callers share one read;
   * a failed read is not cached.
   */
  read(key: string[], load: () => Promise<T>, max_age_ms?: number): Promise<T>
}

type Entry<T> = { read_at: number; read_at_monotonic: number; value: Promise<T> }

// The clock may be set back, and the monotonic time does not advance while the machine sleeps: both must show that an entry is young.
function isYounger(entry: Entry<unknown>, clock: Clock, max_age_ms: number): boolean {
  const age_ms = clock.now() - entry.read_at
  const elapsed_ms = performance.now() - entry.read_at_monotonic
  return age_ms >= 0 && age_ms < max_age_ms && elapsed_ms < max_age_ms
}

/**
 * Creates a cache of values read from `tables`.
 *
 * @param limits `max`: the most entries; `keepsMissing`: whether `undefined` is cached (default true)
 */
export function createReadCache<T>(
  { db, clock }: { db: Db; clock: Clock },
  tables: readonly CachedTable[],
  { max, keepsMissing = true }: { max: number; keepsMissing?: boolean },
): ReadCache<T> {
  const entries = new LRUCache<string, Entry<T>>({ max })
  onChange(db, (table) => {
    if (tables.includes(table)) entries.clear()
  })
  return {
    read(key_parts, load, max_age_ms = cache_ttl_ms) {
      const key = JSON.stringify(key_parts)
      const known = entries.get(key)
      if (known && isYounger(known, clock, max_age_ms)) return known.value
      const entry: Entry<T> = { read_at: clock.now(), read_at_monotonic: performance.now(), value: load() }
      entries.set(key, entry)
      const forget = (): void => {
        if (entries.peek(key) === entry) entries.delete(key)
      }
      entry.value.then((value) => {
        if (value === undefined && !keepsMissing) forget()
      }, forget)
      return entry.value
    },
  }
}
