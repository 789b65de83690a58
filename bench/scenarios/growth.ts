// Growth of memory with the number of logins, after caches and heap have reached their working size.
import { sendRequests } from '../measure/run-load.ts'
import { fixed, mebibytes } from '../measure/statistics.ts'
import type { Figure } from '../measure/table.ts'
import { startWherry } from '../servers/wherry.ts'
import { cheapLoginWorkers, fromManyAddresses } from './load-workers.ts'

const max_growth = 0.05

// After these logins caches are full, hot code is compiled and the young generation of the heap has its maximum size.
const warm_up = 5000

// Resident memory rises and falls with each garbage collection: the maximum of the last samples counts.
const samples = 10
const logins_per_sample = 250

const start = async () => {
  const wherry = await startWherry('memory', { env: { WHERRY_TRUST_PROXY: '127.0.0.1' } })
  const workers = fromManyAddresses(cheapLoginWorkers(wherry, 16))
  /** Logs in so many times. Answers the maximum of resident memory toward the end. */
  const logIn = async (times: number): Promise<number> => {
    await sendRequests(workers, times - samples * logins_per_sample)
    let max_bytes = 0
    for (let nth = 0; nth < samples; nth += 1) {
      await sendRequests(workers, logins_per_sample)
      max_bytes = Math.max(max_bytes, (await wherry.process.usage()).rss_bytes)
    }
    return max_bytes
  }
  return { wherry, logIn }
}

/**
 * Logs in `logins` times (at least 2,500) after a warm-up, each from another address and with cheap hashes. Three figures are
 * compared: resident memory under load; and, after a full garbage collection, resident memory and live objects, which show a
 * leak of 40 bytes per login over 50,000 logins that free pages of the heap may hide under load. A full collection also shrinks
 * the heap, so the figures before it come from another process with the same warm-up.
 */
export async function growthOver(logins: number): Promise<Figure[]> {
  const first = await start()
  await first.logIn(warm_up)
  const after_warm_up = await first.wherry.process.memoryAfterGc()
  await first.wherry.stop()
  const { wherry, logIn } = await start()
  const before = { max_bytes: await logIn(warm_up), ...after_warm_up }
  const after = { max_bytes: await logIn(logins), ...(await wherry.process.memoryAfterGc()) }
  await wherry.stop()
  const growth = (label: string, key: keyof typeof before): Figure[] => {
    const ratio = after[key] / before[key] - 1
    return [
      { label: `${label} after ${warm_up} logins`, value: mebibytes(before[key]) },
      { label: `  after ${logins} more`, value: mebibytes(after[key]) },
      { label: '  growth', value: `${fixed(ratio * 100, 1)} %`, target: { text: '≤ 5 %', met: ratio <= max_growth } },
    ]
  }
  return [
    ...growth('maximum resident memory under load', 'max_bytes'),
    ...growth('resident memory after garbage collection', 'rss_bytes'),
    ...growth('live JavaScript objects', 'heap_bytes'),
  ]
}
