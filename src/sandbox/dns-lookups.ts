/** Answers a process's questions for SRV and TXT records, by which drivers find their servers. */
import type { EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import { plainJson, type LineToProcess } from './line-protocol.ts'

/** A request of a script for SRV or TXT records. */
export type NameQuestion = { n: number; name: string; type: 'SRV' | 'TXT' }

const at_once = 8

/** With an allow-list only names that it lists (without their `_service._proto.` labels) are looked up. */
export function answerNameQuestions(
  policy: EgressPolicy,
  resolver: HostResolver,
  send: (line: LineToProcess) => void,
): (question: NameQuestion) => void {
  let asking = 0

  function listed(name: string): boolean {
    const host = name.replace(/^(?:_[^.]+\.)+/, '').toLowerCase()
    return policy.mode === 'open' || policy.allow.some((entry) => entry.toLowerCase().startsWith(`${host}:`))
  }

  return ({ n, name, type }) => {
    const refuse = (code: string, message: string) => send({ t: 'names', n, code, message })
    if (asking >= at_once) return refuse('EBUSY', `too many look-ups at once: ${name}`)
    if (!listed(name))
      return refuse('EGRESS_REFUSED', `look-up of ${name} refused: options.egress.allow does not list it`)
    asking += 1
    void resolver
      .records(name, type)
      .then(
        (records) => send({ t: 'names', n, records: plainJson(records) }),
        (error: NodeJS.ErrnoException) => {
          const code = error.code ?? 'ENOTFOUND'
          refuse(code, `query${type} ${code} ${name}`)
        },
      )
      .finally(() => {
        asking -= 1
      })
    return undefined
  }
}
