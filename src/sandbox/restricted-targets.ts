import dns from 'node:dns'
import { networkInterfaces } from 'node:os'
import { addressClass, canonicalAddress } from './address-class.ts'
import { readHostPort, writeHostPort, type RestrictedTargets } from './egress-policy.ts'
import type { HostPort } from './egress-types.ts'

const targets_ttl_ms = 30_000

function machineAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => canonicalAddress(address) ?? address),
  )
  return ['127.0.0.1', '::1', ...found]
}

/** The operator's names are looked up as the server itself looks them up; scripts cause none of these look-ups. */
async function lookUpBySystem(host: string): Promise<string[]> {
  const found = await dns.promises.lookup(host, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

/**
 * Expands the server's own store and ports, and the operator's list of forbidden targets, to every name and address that
 * reaches them: each entry as given, with the addresses that it resolves to; for this machine, all its addresses.
 * The result is cached for 30 s; a name that does not resolve for a while keeps the addresses it had.
 */
export function createRestrictedTargets(
  reserved: () => HostPort[],
  never: string[],
  lookUp: (host: string) => Promise<string[]> = lookUpBySystem,
): () => Promise<RestrictedTargets> {
  const last_known = new Map<string, string[]>()
  let cached: { key: string; expires_at: number; targets: Promise<RestrictedTargets> } | undefined

  async function addressesOf(host: string): Promise<string[]> {
    const address = canonicalAddress(host)
    if (address !== undefined) return [address]
    try {
      const found = await lookUp(host)
      last_known.set(host, found)
      return found
    } catch {
      return last_known.get(host) ?? []
    }
  }

  async function expandReserved(entry: HostPort): Promise<HostPort[]> {
    const found = await addressesOf(entry.host)
    const machine_addresses = machineAddresses()
    const isThisMachine = found.some(
      (address) => machine_addresses.includes(address) || ['loopback', 'unspecified'].includes(addressClass(address)),
    )
    const hosts = new Set([entry.host, ...found, ...(isThisMachine ? machine_addresses : [])])
    return [...hosts].map((host) => ({ host, port: entry.port }))
  }

  async function expandNever(text: string): Promise<string[]> {
    const entry = readHostPort(text)
    if (!entry) return [text]
    const found = await addressesOf(entry.host)
    return [text, ...found.map((address) => writeHostPort(address, entry.port))]
  }

  async function expand(entries: HostPort[]): Promise<RestrictedTargets> {
    const [expanded, forbidden] = await Promise.all([
      Promise.all(entries.map(expandReserved)),
      Promise.all(never.map(expandNever)),
    ])
    return { reserved: expanded.flat(), never: forbidden.flat(), machine: machineAddresses() }
  }

  return () => {
    const entries = reserved()
    const key = JSON.stringify(entries)
    if (cached && cached.key === key && cached.expires_at > Date.now()) return cached.targets
    const targets = expand(entries)
    cached = { key, expires_at: Date.now() + targets_ttl_ms, targets }
    return targets
  }
}
