// The share of signatures in the server CPU of token requests without a password.
import { Agent } from 'node:http'
import type { Baseline } from '../baseline/baseline.ts'
import { type LoadWorker, requireSuccess, sendRequest, sendRequests } from '../measure/run-load.ts'
import { fixed, median, ms } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import { type ServerUnderTest, signaturesIn } from '../servers/server-under-test.ts'
import { clientCredentialsWorkers, cpuPerRequest, refreshWorkers } from './load-workers.ts'

const rounds = 15
const requests = 200
const concurrency = 16

/** A server and the minimum share of signatures in its CPU; undefined where there is no target. */
export type TokenTarget = { server: ServerUnderTest; min_share?: number }

async function countSignatures([worker]: LoadWorker[]): Promise<number> {
  const agent = new Agent()
  const response = await sendRequest(agent, worker!.nextRequest())
  agent.destroy()
  requireSuccess(response)
  worker!.onResponse?.(response)
  return signaturesIn(response.text)
}

async function measureShare(
  { server, min_share }: TokenTarget,
  grant: string,
  workers: LoadWorker[],
  baseline: Baseline,
): Promise<Figure[]> {
  const signatures = await countSignatures(workers)
  await sendRequests(workers, 1500)
  const costs: number[] = []
  const shares: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await baseline.cpuOf('sign', requests / 2)
    const cost = await cpuPerRequest(server, workers, requests)
    const after = await baseline.cpuOf('sign', requests / 2)
    costs.push(cost)
    shares.push((signatures * (before + after)) / 2 / cost)
  }
  const share = median(shares)
  const target =
    min_share === undefined ? {} : { target: { text: `≥ ${fixed(min_share, 2)}`, met: share >= min_share } }
  return [
    { label: `${server.name}: ${grant}, server CPU (${signatures} signatures)`, value: ms(median(costs)) },
    { label: `${server.name}: ${grant}, share of the signatures`, value: fixed(share, 3), ...target },
  ]
}

/** Measures client credentials and refresh on each server. */
export async function tokens(targets: TokenTarget[], baseline: Baseline): Promise<Table> {
  const figures: Figure[] = [{ label: 'one RS256 signature (CPU)', value: ms(await baseline.cpuOf('sign', 500)) }]
  for (const target of targets) {
    const { server } = target
    const client_credentials = clientCredentialsWorkers(server, concurrency)
    figures.push(...(await measureShare(target, 'client credentials', client_credentials, baseline)))
    figures.push(...(await measureShare(target, 'refresh', await refreshWorkers(server, concurrency), baseline)))
  }
  return { title: 'Tokens without a password', figures }
}
