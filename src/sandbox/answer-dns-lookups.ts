import type { EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import type { UnitKey } from './unit-key.ts'
import { plainJson, type LineFromProcess, type LineToProcess } from './line-protocol.ts'

/** A process's request for SRV or TXT records, by which drivers find their servers. */
export type DnsLookup = Omit<Extract<LineFromProcess, { t: 'names' }>, 't'>

const lookups_max = 8

/**
 * Answers one process's DNS lookups. With an allow-list, names that it does not list are refused; a name's
 * `_service._proto.` labels are ignored for this.
 */
export function answerDnsLookups(
  unit: UnitKey,
  policy: EgressPolicy,
  resolver: HostResolver,
  send: (line: LineToProcess) => void,
): (lookup: DnsLookup) => void {
  let running = 0

  function isListed(name: string): boolean {
    const host = name.replace(/^(?:_[^.]+\.)+/, '').toLowerCase()
    return policy.mode === 'open' || policy.allow.some((entry) => entry.toLowerCase().startsWith(`${host}:`))
  }

  return ({ n, name, type }) => {
    const refuse = (code: string, message: string) => send({ t: 'names', n, code, message })
    if (running >= lookups_max) return refuse('EBUSY', `too many look-ups at once: ${name}`)
    if (!isListed(name))
      return refuse('EGRESS_REFUSED', `look-up of ${name} refused: options.egress.allow does not list it`)
    running += 1
    void resolver
      .records(unit, name, type)
      .then(
        (records) => send({ t: 'names', n, records: plainJson(records) }),
        (error: NodeJS.ErrnoException) => {
          const code = error.code ?? 'ENOTFOUND'
          refuse(code, `query${type} ${code} ${name}`)
        },
      )
      .finally(() => {
        running -= 1
      })
    return undefined
  }
}
