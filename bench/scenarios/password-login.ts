// What a password login of a moved user costs beyond the hash that no server can spare.
import { cpuOfCall, loginCallers } from '../measure/callers.ts'
import { drive } from '../measure/drive.ts'
import { fixed, median } from '../measure/numbers.ts'
import type { Figure, Table } from '../measure/table.ts'
import { ms, type Yardstick } from '../measure/yardstick.ts'
import { people, type Subject } from '../subjects/subject.ts'

// Short rounds, for a machine that is faster now and slower then is so for both.
const rounds = 25
const logins = 20
const warm_up = 2000
const saturation_ms = 3000

/** One subject and the most that a login may cost, in hashes; undefined where no target is set. */
export type Entrant = { subject: Subject; most?: number }

async function costOf({ subject, most }: Entrant, yardstick: Yardstick): Promise<Figure[]> {
  const callers = loginCallers(subject, 4)
  // Everybody has moved, and all that a busy server has compiled is, before the first round.
  await drive(callers, (sent) => sent >= people)
  await subject.server.work('make hashes cheap', 1, 1)
  await drive(callers, (sent) => sent >= warm_up)
  await subject.server.work('make hashes real again', 1, 1)
  const ratios: number[] = []
  const costs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await yardstick.cpuOf('verify', logins / 2)
    const login = await cpuOfCall(subject, callers, logins)
    const after = await yardstick.cpuOf('verify', logins / 2)
    costs.push(login)
    ratios.push((login * 2) / (before + after))
  }
  const ratio = median(ratios)
  const target = most === undefined ? {} : { target: `≤ ${fixed(most, 2)}`, met: ratio <= most }
  return [
    { what: `${subject.name}: server CPU of a login`, value: ms(median(costs)) },
    { what: `${subject.name}: ÷ one argon2id verification`, value: fixed(ratio, 3), ...target },
  ]
}

async function saturationOf({ subject }: Entrant, yardstick: Yardstick): Promise<Figure[]> {
  const bare = await yardstick.perSecond('verify', saturation_ms)
  await subject.server.watchLoop()
  const driven = await drive(loginCallers(subject, 16), (_sent, elapsed_ms) => elapsed_ms > saturation_ms)
  const { loop } = await subject.server.usage()
  const rate = (driven.count * 1000) / driven.elapsed_ms
  return [
    { what: `${subject.name}: logins a second, 16 at once`, value: fixed(rate, 1) },
    { what: '  the bare hash loop beside it', value: fixed(bare, 1) },
    { what: '  share of the bare loop', value: `${fixed((rate * 100) / bare, 0)} %` },
    { what: '  event loop delay p50 / p99 / max', value: [loop.p50_ms, loop.p99_ms, loop.max_ms].map(ms).join(' / ') },
  ]
}

/** Measures each entrant between runs of the yardstick. */
export async function passwordLogin(entrants: Entrant[], yardstick: Yardstick): Promise<Table> {
  const hash_ms = await yardstick.cpuOf('verify', 100)
  const figures: Figure[] = [{ what: 'one argon2id verification (CPU)', value: ms(hash_ms) }]
  for (const entrant of entrants) figures.push(...(await costOf(entrant, yardstick)))
  for (const entrant of entrants) figures.push(...(await saturationOf(entrant, yardstick)))
  return { title: 'Password login of a moved user, scope openid', figures }
}
