import dns from 'node:dns'
import { isIP } from 'node:net'
import { createFairQueue } from '../base/fair-queue.ts'
import { lookUpHost, lookupError, readHostFiles, type HostFiles } from './host-names.ts'
import { unitText, type UnitKey } from './unit-key.ts'

/** Looks names up for scripts, whose processes cannot reach a name server. */
export type HostResolver = {
  /**
   * All addresses of `host`, looked up for the unit.
   *
   * @throws an error with the system's code, e.g. ENOTFOUND
   */
  addresses(unit: UnitKey, host: string): Promise<string[]>
  /** SRV or TXT records. @throws an error with the system's code */
  records(unit: UnitKey, name: string, type: 'SRV' | 'TXT'): Promise<dns.SrvRecord[] | string[][]>
}

type LookUp<T> = (by: dns.promises.Resolver, signal: AbortSignal) => Promise<T>

const lookups_max = 256
const lookups_per_tenant = 8
const waiting_per_tenant = 64
const lookup_ms = 5_000
const query_ms = 1_500
const answer_ttl_ms = 5_000
const answers_max = 1_000

/**
 * Starts a resolver. Eight look-ups of a tenant run at once, 64 of its others wait, and tenants take turns; each ends within
 * 5 s, the time in the queue included. Answers are cached for 5 s.
 *
 * @param given `servers`: the name servers, as `address` or `address:port`; `files`: both by default those of this machine
 */
export function startHostResolver(given: { servers?: string[]; files?: HostFiles } = {}): HostResolver {
  const cache = new Map<string, { found: Promise<string[]>; expires_at: number }>()
  const queue = createFairQueue({ at_once: lookups_max, at_once_per_key: lookups_per_tenant })
  let files: { read: Promise<HostFiles>; expires_at: number } | undefined

  async function hostFiles(): Promise<HostFiles> {
    if (given.files) return given.files
    if (!files || files.expires_at < Date.now())
      files = { read: readHostFiles(), expires_at: Date.now() + answer_ttl_ms }
    return await files.read
  }

  /** Runs a look-up in the turn of its tenant, and ends it in time. */
  async function inTurn<T>(unit: UnitKey, name: string, lookUp: LookUp<T>): Promise<T> {
    if (queue.waiting(unit.tenant_id) >= waiting_per_tenant) throw lookupError('EAI_AGAIN', name)
    const requested_at = Date.now()
    return await queue.add(unit.tenant_id, async () => {
      const left_ms = requested_at + lookup_ms - Date.now()
      if (left_ms <= 0) throw lookupError('EAI_AGAIN', name)
      const resolver = new dns.promises.Resolver({ timeout: query_ms, tries: 2 })
      if (given.servers) resolver.setServers(given.servers)
      const ended = new AbortController()
      const timer = setTimeout(() => {
        ended.abort()
        resolver.cancel()
      }, left_ms)
      try {
        return await lookUp(resolver, ended.signal)
      } finally {
        clearTimeout(timer)
      }
    })
  }

  function addresses(unit: UnitKey, host: string): Promise<string[]> {
    if (isIP(host) !== 0) return Promise.resolve([host])
    // Cached per unit: with a shared cache, a fast answer would disclose another unit's lookups.
    const key = `${unitText(unit)}\n${host}`
    const cached = cache.get(key)
    if (cached && cached.expires_at > Date.now()) return cached.found
    const found = inTurn(unit, host, async (resolver, signal) => lookUpHost(resolver, host, await hostFiles(), signal))
    cache.delete(key)
    cache.set(key, { found, expires_at: Date.now() + answer_ttl_ms })
    const oldest = cache.keys().next().value
    if (cache.size > answers_max && oldest !== undefined) cache.delete(oldest)
    found.catch(() => cache.delete(key))
    return found
  }

  return {
    addresses,
    records: (unit, name, type) =>
      inTurn<dns.SrvRecord[] | string[][]>(unit, name, (resolver) =>
        type === 'SRV' ? resolver.resolveSrv(name) : resolver.resolveTxt(name),
      ),
  }
}
