// What one unit of unavoidable work costs, measured between the rounds of what is held against it.
import { fixed } from './numbers.ts'
import { startMeasured, type MeasuredProcess } from './measured-process.ts'

/** The yardsticks: CPU of one call of each kind of work, and how many a second the whole machine does. */
export type Yardstick = {
  cpuOf(work: 'verify' | 'sign', times: number): Promise<number>
  perSecond(work: 'verify' | 'sign', duration_ms: number): Promise<number>
  stop(): Promise<void>
}

// As many hashes at once as the server's gate lets through.
const at_once = 2

/** Starts the process that measures them. */
export async function startYardstick(): Promise<Yardstick> {
  const bare: MeasuredProcess<null> = await startMeasured('subjects/bare-work.ts')
  await bare.work('verify', 10, at_once)
  await bare.work('sign', 100, 1)
  return {
    async cpuOf(work, times) {
      await bare.usage()
      await bare.work(work, times, work === 'sign' ? 1 : at_once)
      return (await bare.usage()).cpu_ms / times
    },
    async perSecond(work, duration_ms) {
      const [, estimate] = [await bare.work(work, 20, at_once), await bare.work(work, 20, at_once)]
      const times = Math.max(10, Math.round((duration_ms * 20) / estimate.elapsed_ms))
      const { elapsed_ms } = await bare.work(work, times, at_once)
      return (times * 1000) / elapsed_ms
    },
    stop: () => bare.stop(),
  }
}

/** A cost in milliseconds. */
export function ms(value: number): string {
  return `${fixed(value, 2)} ms`
}
