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

// A round alternates several times, because the speed of a shared machine changes within seconds.
const slices = 10

async function compareWorkload({ label, slice_requests, prepare }: Workload, versions: Versions): Promise<Figure[]> {
  const { old_version, new_version } = versions
  const sides = [
    { server: old_version, workers: await prepare(old_version), rounds: [] as number[] },
    { server: new_version, workers: await prepare(new_version), rounds: [] as number[] },
  ] as const
  for (let round = 0; round < pair_count; round += 1) {
    for (const { rounds } of sides) rounds.push(0)
    for (let slice = 0; slice < slices; slice += 1) {
      const in_order = (round + slice) % 2 === 0 ? sides : sides.toReversed()
      for (const { server, workers, rounds } of in_order)
        rounds[round]! += (await cpuPerRequest(server, workers, slice_requests)) / slices
    }
  }
  const [old_cpu, new_cpu] = [sides[0].rounds, sides[1].rounds]
  const { ratio, low, high } = ratioInterval(new_cpu.map((cpu, round) => cpu / old_cpu[round]!))
  const interval = [low, high].map((bound) => fixed(bound, 3)).join(' to ')
  return [
    { label: `${label}: old / new`, value: `${ms(median(old_cpu))} / ${ms(median(new_cpu))}` },
    {
      label: `${label}: new ÷ old (95 % confidence interval)`,
      value: `${fixed(ratio, 3)} (${interval})`,
      target: { text: `interval below ${fixed(max_ratio, 2)}`, met: high < max_ratio },
    },
  ]
}

/** Compares server CPU per request of two versions. */
export async function compareVersions(workloads: Workload[], versions: Versions): Promise<Table> {
  const figures: Figure[] = []
  for (const workload of workloads) figures.push(...(await compareWorkload(workload, versions)))
  return { title: `${versions.store}: server CPU per request`, figures }
}
