// What a first login adds to the script it runs and the hash it makes.
import { Agent } from 'node:http'
import { sendCall } from '../measure/drive.ts'
import { startMeasured } from '../measure/measured-process.ts'
import { median } from '../measure/numbers.ts'
import type { Figure, Table } from '../measure/table.ts'
import { ms } from '../measure/yardstick.ts'
import type { LegacyStore } from '../subjects/legacy-store.ts'
import type { Wherry } from '../subjects/wherry.ts'

const warm_up = 300
const rounds = 20
const logins = 5
const most_ms = 5

async function addedBy(wherry: Wherry, store: LegacyStore): Promise<Figure[]> {
  const { name, script, url } = store
  await wherry.importFrom(name, script, { URL: url })
  const bare = await startMeasured('subjects/bare-login.ts', { SCRIPT: script, URL: url, NAME: name })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let next = 0
  const firstLogin = async (): Promise<number> => {
    const nth = next++
    const body = wherry.loginBody(name, `${name}-${nth}@legacy.example`, `secret ${nth}`)
    const answer = await sendCall(agent, { url: wherry.token_url, type: 'application/json', body })
    if (answer.status !== 200) throw new Error(`a first login answered ${answer.status}: ${answer.text}`)
    return answer.ms
  }
  for (let nth = 0; nth < warm_up; nth += 1) await firstLogin()
  await bare.work('login', warm_up, 1)
  const [here, there]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    there.push(...(await bare.work('login', logins, 1)).each_ms)
    for (let nth = 0; nth < logins; nth += 1) here.push(await firstLogin())
  }
  agent.destroy()
  await bare.stop()
  const added = median(here) - median(there)
  return [
    { what: `script over ${name}: first login, median`, value: ms(median(here)) },
    { what: `script over ${name}: bare script, then hash, median`, value: ms(median(there)) },
    { what: `script over ${name}: added`, value: ms(added), target: `≤ ${ms(most_ms)}`, met: added <= most_ms },
  ]
}

/** Measures a first login through each legacy store, one at a time. */
export async function firstLogin(wherry: Wherry, stores: LegacyStore[]): Promise<Table> {
  const figures: Figure[] = []
  for (const store of stores) figures.push(...(await addedBy(wherry, store)))
  return { title: `First login, ${wherry.name}`, figures }
}
