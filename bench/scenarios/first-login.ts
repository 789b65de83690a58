// The time that a first login takes beyond its script and the hash that it creates.
import { Agent } from 'node:http'
import { join } from 'node:path'
import { startMeasured } from '../measure/measured-process.ts'
import { requireSuccess, sendRequest } from '../measure/run-load.ts'
import { median, ms } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import { legacyUser, type LegacyStore } from '../servers/legacy-store.ts'
import type { Wherry } from '../servers/wherry.ts'

const warm_up = 300
const rounds = 20
const logins_per_round = 5
const max_added_ms = 5

async function measureStore(wherry: Wherry, { name, script, url }: LegacyStore): Promise<Figure[]> {
  await wherry.createConnection(name, script, { URL: url })
  const baseline = await startMeasured(join(import.meta.dirname, '../baseline/script-login.ts'), {
    env: { SCRIPT: script, URL: url, STORE: name },
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let next = 0
  const timedLogin = async (): Promise<number> => {
    const response = await sendRequest(agent, wherry.loginTo(name, legacyUser(name, next++)))
    requireSuccess(response)
    return response.duration_ms
  }
  for (let nth = 0; nth < warm_up; nth += 1) await timedLogin()
  await baseline.runTask('login', warm_up, 1)
  const first_logins_ms: number[] = []
  const baseline_ms: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    baseline_ms.push(...(await baseline.runTask('login', logins_per_round, 1)).durations_ms)
    for (let nth = 0; nth < logins_per_round; nth += 1) first_logins_ms.push(await timedLogin())
  }
  agent.destroy()
  await baseline.stop()
  const added = median(first_logins_ms) - median(baseline_ms)
  const target = { text: `≤ ${ms(max_added_ms)}`, met: added <= max_added_ms }
  return [
    { label: `script over ${name}: first login, median`, value: ms(median(first_logins_ms)) },
    { label: `script over ${name}: script in plain Node, then hash, median`, value: ms(median(baseline_ms)) },
    { label: `script over ${name}: added`, value: ms(added), target },
  ]
}

/** Measures a first login through each legacy store, one login at a time. */
export async function firstLogin(wherry: Wherry, stores: LegacyStore[]): Promise<Table> {
  const figures: Figure[] = []
  for (const store of stores) figures.push(...(await measureStore(wherry, store)))
  return { title: `First login, ${wherry.name}`, figures }
}
