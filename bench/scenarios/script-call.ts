// The time that the sandbox adds to a call of a script whose process and connections are warm.
import { join } from 'node:path'
import { startPostgres } from '../../tests/support/servers.ts'
import { startMeasured, type MeasuredProcess } from '../measure/measured-process.ts'
import { median, ms, quantile } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import { createPostgresStore } from '../servers/legacy-store.ts'

const warm_up = 1000
const rounds = 30
const calls_per_round = 50
const max_added_ms = 0.5

type Variant = { name: string; process: MeasuredProcess; durations_ms: number[] }

/** Measures one query against PostgreSQL in plain Node and in both modes of the sandbox, in alternating rounds, one call at a time. */
export async function scriptCall(): Promise<Table> {
  const postgres = await startPostgres()
  const store = await createPostgresStore(postgres)
  const variants: Variant[] = []
  const start = async (name: string, file: string, env: Record<string, string> = {}) => {
    const process = await startMeasured(join(import.meta.dirname, file), {
      env: { SCRIPT: store.script, URL: store.url, STORE: store.name, ...env },
    })
    variants.push({ name, process, durations_ms: [] })
  }
  try {
    await start('plain Node', '../baseline/script-login.ts')
    await start('sandbox', '../servers/sandbox.ts', { HARDENED: 'off' })
    await start('hardened sandbox', '../servers/sandbox.ts', { HARDENED: 'required' })
    for (const { process } of variants) await process.runTask('script', warm_up, 1)
    for (let round = 0; round < rounds; round += 1)
      for (const { process, durations_ms } of variants)
        durations_ms.push(...(await process.runTask('script', calls_per_round, 1)).durations_ms)
  } finally {
    for (const { process } of variants) await process.stop()
    await store.stop()
    await postgres.stop()
  }
  const [plain] = variants
  const figures = variants.map(({ name, durations_ms }): Figure => {
    const value = `${ms(median(durations_ms))}, ${ms(quantile(durations_ms, 0.95))}`
    if (!plain || name === plain.name) return { label: `${name}: median, p95`, value }
    const added_ms = median(durations_ms) - median(plain.durations_ms)
    const target = { text: `≤ ${ms(max_added_ms)} added`, met: added_ms <= max_added_ms }
    return { label: `${name}: median, p95, added to the median`, value: `${value}, ${ms(added_ms)}`, target }
  })
  return { title: 'A warm call of a login script: one query against PostgreSQL', figures }
}
