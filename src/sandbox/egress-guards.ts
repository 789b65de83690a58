/** What no script reaches by accident: the server's own store and ports, spelled out as names and addresses. */
import { networkInterfaces } from 'node:os'
import { addressClass, canonicalAddress } from './address-class.ts'
import { readHostPort, writeHostPort, type EgressGuards } from './egress-policy.ts'
import type { HostPort } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'

const kept_ms = 30_000

function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address))
  return ['127.0.0.1', '::1', ...found]
}

/**
 * The guards of now: each reserved entry, and each name in `never`, as given and with the addresses it stands for. What
 * is this machine by one address is this machine by all of them. Resolved names are kept for 30 s; a name that does not
 * resolve for a while keeps the addresses it had.
 */
export function openGuards(
  reserved: () => HostPort[],
  never: string[],
  resolver: HostResolver,
): () => Promise<EgressGuards> {
  const last_known = new Map<string, string[]>()
  let kept: { key: string; until: number; guards: Promise<EgressGuards> } | undefined

  async function addressesOf(host: string): Promise<string[]> {
    const address = canonicalAddress(host)
    if (address !== undefined) return [address]
    try {
      const found = await resolver.addresses('', host)
      last_known.set(host, found)
      return found
    } catch {
      return last_known.get(host) ?? []
    }
  }

  async function spellOut(entry: HostPort): Promise<HostPort[]> {
    const found = await addressesOf(entry.host)
    const own = ownAddresses()
    const isThisMachine = found.some(
      (address) => own.includes(address) || ['loopback', 'unspecified'].includes(addressClass(address)),
    )
    const hosts = new Set([entry.host, ...found, ...(isThisMachine ? own : [])])
    return [...hosts].map((host) => ({ host, port: entry.port }))
  }

  async function spellOutNever(text: string): Promise<string[]> {
    const entry = readHostPort(text)
    if (!entry) return [text]
    const found = await addressesOf(entry.host)
    return [text, ...found.map((address) => writeHostPort(address, entry.port))]
  }

  async function spellOutAll(entries: HostPort[]): Promise<EgressGuards> {
    const [own, forbidden] = await Promise.all([
      Promise.all(entries.map(spellOut)),
      Promise.all(never.map(spellOutNever)),
    ])
    return { reserved: own.flat(), never: forbidden.flat() }
  }

  return () => {
    const entries = reserved()
    const key = JSON.stringify(entries)
    if (kept && kept.key === key && kept.until > Date.now()) return kept.guards
    const guards = spellOutAll(entries)
    kept = { key, until: Date.now() + kept_ms, guards }
    return guards
  }
}
