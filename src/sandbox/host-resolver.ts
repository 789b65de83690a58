import dns from 'node:dns'
import { isIP } from 'node:net'

/** Looks names up for scripts, whose processes cannot reach a name server. */
export type HostResolver = {
  /**
   * All addresses of `host` in the system's order, looked up for the unit with this text.
   *
   * @throws an error with the system's code, e.g. ENOTFOUND
   */
  addresses(unit: string, host: string): Promise<string[]>
  /** SRV or TXT records. @throws an error with the system's code */
  records(name: string, type: 'SRV' | 'TXT'): Promise<dns.SrvRecord[] | string[][]>
}

// The system's resolver runs on the few threads of libuv's pool, which password hashing needs too.
const lookups_max = 2
const cache_ttl_ms = 5_000
const cache_max = 1_000

/** Starts a resolver: two lookups at once, one per unit, in order of arrival; answers are cached for 5 s. */
export function startHostResolver(): HostResolver {
  const cache = new Map<string, { found: Promise<string[]>; expires_at: number }>()
  const waiting: { unit: string; start: () => void }[] = []
  const busy = new Set<string>()

  function next() {
    while (busy.size < lookups_max) {
      const index = waiting.findIndex((entry) => !busy.has(entry.unit))
      const [entry] = index < 0 ? [] : waiting.splice(index, 1)
      if (!entry) return
      busy.add(entry.unit)
      entry.start()
    }
  }

  function lookup(unit: string, host: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const start = () => {
        dns.promises
          .lookup(host, { all: true, order: 'verbatim' })
          .then((found) => resolve(found.map((one) => one.address)), reject)
          .finally(() => {
            busy.delete(unit)
            next()
          })
      }
      waiting.push({ unit, start })
      next()
    })
  }

  function addresses(unit: string, host: string): Promise<string[]> {
    if (isIP(host) !== 0) return Promise.resolve([host])
    // Cached per unit: with a shared cache, a fast answer would disclose another unit's lookups.
    const key = `${unit}\n${host}`
    const cached = cache.get(key)
    if (cached && cached.expires_at > Date.now()) return cached.found
    const found = lookup(unit, host)
    cache.delete(key)
    cache.set(key, { found, expires_at: Date.now() + cache_ttl_ms })
    const oldest = cache.keys().next().value
    if (cache.size > cache_max && oldest !== undefined) cache.delete(oldest)
    found.catch(() => cache.delete(key))
    return found
  }

  const resolver = new dns.promises.Resolver({ timeout: 2_000, tries: 2 })
  return {
    addresses,
    records: (name, type) => (type === 'SRV' ? resolver.resolveSrv(name) : resolver.resolveTxt(name)),
  }
}
