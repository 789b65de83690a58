/** What no script reaches by accident: the server's own store and ports, spelled out as names and addresses. */
import { networkInterfaces } from 'node:os'
import { addressClass, canonicalAddress } from './address-class.ts'
import type { EgressGuards } from './egress-policy.ts'
import type { HostPort } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'

const kept_ms = 30_000

function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address))
  return ['127.0.0.1', '::1', ...found]
}

/**
 * The guards of now: each reserved entry as given and with the addresses it stands for. A server that listens on
 * every address is reserved on every address of the machine. Resolved names are kept for 30 s.
 */
export function openGuards(
  reserved: () => HostPort[],
  never: string[],
  resolver: HostResolver,
): () => Promise<EgressGuards> {
  let kept: { key: string; until: number; guards: Promise<EgressGuards> } | undefined

  async function spellOut(entry: HostPort): Promise<HostPort[]> {
    const address = canonicalAddress(entry.host)
    if (address !== undefined && addressClass(address) === 'unspecified') {
      return [entry, ...ownAddresses().map((own) => ({ host: own, port: entry.port }))]
    }
    if (address !== undefined) return [entry]
    const found = await resolver.addresses('', entry.host).catch((): string[] => [])
    return [entry, ...found.map((host) => ({ host, port: entry.port }))]
  }

  return () => {
    const entries = reserved()
    const key = JSON.stringify(entries)
    if (kept && kept.key === key && kept.until > Date.now()) return kept.guards
    const guards = Promise.all(entries.map(spellOut)).then((lists) => ({ reserved: lists.flat(), never }))
    kept = { key, until: Date.now() + kept_ms, guards }
    return guards
  }
}
