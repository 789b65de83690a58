/**
 * Baselines: the cost of the cryptography and scripts that every server has to run, each in a process of its own. They know no
 * server.
 */
import { join } from 'node:path'
import { startMeasured } from '../measure/measured-process.ts'

/** CPU of one operation in milliseconds, and operations per second when nothing else runs. */
export type Baseline = {
  cpuOf(task: 'verify' | 'sign', times: number): Promise<number>
  perSecond(task: 'verify' | 'sign', duration_ms: number): Promise<number>
  stop(): Promise<void>
}

// As many hashes at once as the server computes on two cores.
const concurrency = 2

/** Starts the process that measures argon2id verifications and RS256 signatures, and warms it up. */
export async function startBaseline(): Promise<Baseline> {
  const baseline = await startMeasured(join(import.meta.dirname, 'hash-and-sign.ts'))
  await baseline.runTask('verify', 10, concurrency)
  await baseline.runTask('sign', 100, 1)
  return {
    async cpuOf(task, times) {
      await baseline.usage()
      await baseline.runTask(task, times, task === 'sign' ? 1 : concurrency)
      return (await baseline.usage()).cpu_ms / times
    },
    async perSecond(task, duration_ms) {
      await baseline.runTask(task, 20, concurrency)
      const estimate = await baseline.runTask(task, 20, concurrency)
      const times = Math.max(10, Math.round((duration_ms * 20) / estimate.elapsed_ms))
      const { elapsed_ms } = await baseline.runTask(task, times, concurrency)
      return (times * 1000) / elapsed_ms
    },
    stop: () => baseline.stop(),
  }
}
