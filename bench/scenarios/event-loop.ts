// Event loop delay while logins arrive faster than two cores can hash.
import { join } from 'node:path'
import { startMeasured } from '../measure/measured-process.ts'
import { runLoad, sendRequests } from '../measure/run-load.ts'
import { fixed, ms } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import { user_count } from '../servers/bench-users.ts'
import { slowFsync } from '../servers/slow-fsync.ts'
import { startWherry, type Wherry } from '../servers/wherry.ts'
import { loginWorkers } from './load-workers.ts'

const max_p99_ms = 20
const duration_ms = 6000

async function measureDelay(wherry: Wherry): Promise<Figure[]> {
  const workers = loginWorkers(wherry, 16)
  await sendRequests(workers, user_count * 3)
  // The delay that the machine itself causes in an idle process.
  const idle = await startMeasured(join(import.meta.dirname, '../baseline/hash-and-sign.ts'))
  await idle.monitorEventLoop()
  await wherry.process.monitorEventLoop()
  const { count, elapsed_ms } = await runLoad(workers, (_sent, elapsed) => elapsed > duration_ms)
  const { loop } = await wherry.process.usage()
  const { loop: idle_loop } = await idle.usage()
  await idle.stop()
  const target = { text: `≤ ${ms(max_p99_ms)}`, met: loop.p99_ms <= max_p99_ms }
  return [
    { label: `${wherry.name}: logins per second`, value: fixed((count * 1000) / elapsed_ms, 1) },
    { label: `${wherry.name}: delay p50`, value: ms(loop.p50_ms) },
    { label: `${wherry.name}: delay p99`, value: ms(loop.p99_ms), target },
    { label: `${wherry.name}: delay max`, value: ms(loop.max_ms) },
    { label: '  an idle process: delay p99 / max', value: `${ms(idle_loop.p99_ms)} / ${ms(idle_loop.max_ms)}` },
  ]
}

/** Measures the embedded store as it is, and with every fsync 10 ms slower. */
export async function eventLoop(wherry: Wherry): Promise<Table> {
  const title = 'Event loop at login saturation (16 concurrent logins, a timer of 1 ms)'
  const figures = await measureDelay(wherry)
  const slow = slowFsync()
  if ('unavailable' in slow) return { title, figures: [...figures, { label: slow.unavailable, value: '–' }] }
  const slowed = await startWherry('SQLite, fsync 10 ms slower', { env: slow.env })
  try {
    figures.push(...(await measureDelay(slowed)))
  } finally {
    await slowed.stop()
  }
  return { title, figures }
}
