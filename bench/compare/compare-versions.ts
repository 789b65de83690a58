// Measures the same workloads on two versions in turn.
import { pair_count, ratioInterval } from '../measure/ratio-interval.ts'
import { fixed, median, ms } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import { cpuPerRequest } from '../scenarios/load-workers.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'
import type { Workload } from './workloads.ts'

const max_ratio = 1.05

/** Two servers on stores of the same kind; each is idle while the other is measured. */
export type Versions = { store: string; old_version: ServerUnderTest; new_version: ServerUnderTest }

async function compareWorkload({ label, requests, prepare }: Workload, versions: Versions): Promise<Figure[]> {
  const { old_version, new_version } = versions
  const old_workers = await prepare(old_version)
  const new_workers = await prepare(new_version)
  const costs = { old: [] as number[], new: [] as number[] }
  const measureOld = async () => costs.old.push(await cpuPerRequest(old_version, old_workers, requests))
  const measureNew = async () => costs.new.push(await cpuPerRequest(new_version, new_workers, requests))
  for (let round = 0; round < pair_count; round += 1) {
    const in_order = round % 2 === 0 ? [measureOld, measureNew] : [measureNew, measureOld]
    for (const measure of in_order) await measure()
  }
  const { ratio, low, high } = ratioInterval(costs.new.map((cost, round) => cost / costs.old[round]!))
  const interval = [low, high].map((bound) => fixed(bound, 3)).join(' to ')
  return [
    { label: `${label}: old / new`, value: `${ms(median(costs.old))} / ${ms(median(costs.new))}` },
    {
      label: `${label}: new ÷ old (95 % confidence interval)`,
      value: `${fixed(ratio, 3)} (${interval})`,
      target: `interval below ${fixed(max_ratio, 2)}`,
      met: high < max_ratio,
    },
  ]
}

/** Compares server CPU per request of two versions. */
export async function compareVersions(workloads: Workload[], versions: Versions): Promise<Table> {
  const figures: Figure[] = []
  for (const workload of workloads) figures.push(...(await compareWorkload(workload, versions)))
  return { title: `${versions.store}: server CPU per request`, figures }
}
