// How much of the server's CPU for tokens without a password goes into their signatures.
import { Agent } from 'node:http'
import { clientCallers, cpuOfCall, refreshCallers } from '../measure/callers.ts'
import { type Caller, drive, sendCall } from '../measure/drive.ts'
import { fixed, median } from '../measure/numbers.ts'
import type { Figure, Table } from '../measure/table.ts'
import { ms, type Yardstick } from '../measure/yardstick.ts'
import { signaturesIn, type Subject } from '../subjects/subject.ts'

const rounds = 15
const calls = 200
const at_once = 16

/** One subject and the least share of signatures in its CPU; undefined where no target is set. */
export type TokenEntrant = { subject: Subject; least?: number }

async function signaturesOf(callers: Caller[]): Promise<number> {
  const agent = new Agent()
  const answer = await sendCall(agent, callers[0]!.next())
  agent.destroy()
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`)
  callers[0]!.saw(answer)
  return signaturesIn(answer.text)
}

async function shareOf(
  { subject, least }: TokenEntrant,
  what: string,
  callers: Caller[],
  yardstick: Yardstick,
): Promise<Figure[]> {
  const signatures = await signaturesOf(callers)
  await drive(callers, (sent) => sent >= 1500)
  const costs: number[] = []
  const shares: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await yardstick.cpuOf('sign', calls / 2)
    const cost = await cpuOfCall(subject, callers, calls)
    const after = await yardstick.cpuOf('sign', calls / 2)
    costs.push(cost)
    shares.push((signatures * (before + after)) / 2 / cost)
  }
  const share = median(shares)
  const target = least === undefined ? {} : { target: `≥ ${fixed(least, 2)}`, met: share >= least }
  return [
    { what: `${subject.name}: ${what}, server CPU (${signatures} signatures)`, value: ms(median(costs)) },
    { what: `${subject.name}: ${what}, share of the signatures`, value: fixed(share, 3), ...target },
  ]
}

/** Measures client credentials and refresh of each entrant. */
export async function tokens(entrants: TokenEntrant[], yardstick: Yardstick): Promise<Table> {
  const figures: Figure[] = [{ what: 'one RS256 signature (CPU)', value: ms(await yardstick.cpuOf('sign', 500)) }]
  for (const entrant of entrants) {
    const { subject } = entrant
    figures.push(...(await shareOf(entrant, 'client credentials', clientCallers(subject, at_once), yardstick)))
    figures.push(...(await shareOf(entrant, 'refresh', await refreshCallers(subject, at_once), yardstick)))
  }
  return { title: 'Tokens without a password', figures }
}
