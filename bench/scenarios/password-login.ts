// The server CPU of a password login of a moved user, relative to the one hash that it has to verify.
import type { Baseline } from '../baseline/baseline.ts'
import { runLoad } from '../measure/run-load.ts'
import { fixed, median, ms } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'
import { cpuPerRequest, loginWorkers, warmUpLogins } from './load-workers.ts'

// Short rounds, so that changes in the speed of the machine affect server and baseline alike.
const rounds = 25
const logins = 20
const saturation_ms = 3000

/** A server and the maximum of CPU per login in hashes; undefined where there is no target. */
export type LoginTarget = { server: ServerUnderTest; max_ratio?: number }

async function measureCpu({ server, max_ratio }: LoginTarget, baseline: Baseline): Promise<Figure[]> {
  const workers = await warmUpLogins(server, 4)
  const ratios: number[] = []
  const costs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await baseline.cpuOf('verify', logins / 2)
    const login = await cpuPerRequest(server, workers, logins)
    const after = await baseline.cpuOf('verify', logins / 2)
    costs.push(login)
    ratios.push((login * 2) / (before + after))
  }
  const ratio = median(ratios)
  const target =
    max_ratio === undefined ? {} : { target: { text: `≤ ${fixed(max_ratio, 2)}`, met: ratio <= max_ratio } }
  return [
    { label: `${server.name}: server CPU per login`, value: ms(median(costs)) },
    { label: `${server.name}: ÷ one argon2id verification`, value: fixed(ratio, 3), ...target },
  ]
}

async function measureSaturation({ server }: LoginTarget, baseline: Baseline): Promise<Figure[]> {
  const hashes_per_second = await baseline.perSecond('verify', saturation_ms)
  await server.process.monitorEventLoop()
  const load = await runLoad(loginWorkers(server, 16), (_sent, elapsed_ms) => elapsed_ms > saturation_ms)
  const { loop } = await server.process.usage()
  const logins_per_second = (load.count * 1000) / load.elapsed_ms
  return [
    { label: `${server.name}: logins per second, 16 concurrent`, value: fixed(logins_per_second, 1) },
    { label: '  argon2id verifications per second alone', value: fixed(hashes_per_second, 1) },
    { label: '  logins ÷ verifications', value: `${fixed((logins_per_second * 100) / hashes_per_second, 0)} %` },
    { label: '  event loop delay p50 / p99 / max', value: [loop.p50_ms, loop.p99_ms, loop.max_ms].map(ms).join(' / ') },
  ]
}

/** Measures each server between runs of the baseline. */
export async function passwordLogin(targets: LoginTarget[], baseline: Baseline): Promise<Table> {
  const hash_ms = await baseline.cpuOf('verify', 100)
  const figures: Figure[] = [{ label: 'one argon2id verification (CPU)', value: ms(hash_ms) }]
  for (const target of targets) figures.push(...(await measureCpu(target, baseline)))
  for (const target of targets) figures.push(...(await measureSaturation(target, baseline)))
  return { title: 'Password login of a moved user, scope openid', figures }
}
