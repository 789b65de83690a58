/**
 * Looks up host names for scripts. The system's resolver runs on the few threads that password hashing needs
 * too, so only a fixed number of look-ups run at once, one per unit, the rest waits.
 */
import dns from 'node:dns'
import { isIP } from 'node:net'

/** Looks names up for scripts, so that no process of theirs speaks to a name server. */
export type HostResolver = {
  /** All addresses of `host` in the system's order. @throws an error with the system's code, e.g. ENOTFOUND. */
  addresses(unit: string, host: string): Promise<string[]>
  /** SRV or TXT records. @throws an error with the system's code. */
  records(name: string, type: 'SRV' | 'TXT'): Promise<dns.SrvRecord[] | string[][]>
}

const threads = 2
const kept_ms = 5_000
const kept_names = 1_000

/** Starts a resolver: few lookups at once, one per unit, answers kept for seconds. */
export function startHostResolver(): HostResolver {
  const kept = new Map<string, { found: Promise<string[]>; until: number }>()
  const waiting: { unit: string; start: () => void }[] = []
  const busy = new Set<string>()

  function next() {
    while (busy.size < threads) {
      const index = waiting.findIndex((entry) => !busy.has(entry.unit))
      const [entry] = index < 0 ? [] : waiting.splice(index, 1)
      if (!entry) return
      busy.add(entry.unit)
      entry.start()
    }
  }

  function look(unit: string, host: string): Promise<string[]> {
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
    // Kept per unit: one unit's look-ups tell another nothing, not even by their speed.
    const key = `${unit}\n${host}`
    const known = kept.get(key)
    if (known && known.until > Date.now()) return known.found
    const found = look(unit, host)
    kept.delete(key)
    kept.set(key, { found, until: Date.now() + kept_ms })
    const oldest = kept.keys().next().value
    if (kept.size > kept_names && oldest !== undefined) kept.delete(oldest)
    found.catch(() => kept.delete(key))
    return found
  }

  const asker = new dns.promises.Resolver({ timeout: 2_000, tries: 2 })
  return {
    addresses,
    records: (name, type) => (type === 'SRV' ? asker.resolveSrv(name) : asker.resolveTxt(name)),
  }
}
