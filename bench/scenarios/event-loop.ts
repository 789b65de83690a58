// How long the event loop is kept from other work while logins come faster than two cores can hash.
import { loginCallers } from '../measure/callers.ts'
import { drive } from '../measure/drive.ts'
import { startMeasured } from '../measure/measured-process.ts'
import { fixed } from '../measure/numbers.ts'
import type { Figure, Table } from '../measure/table.ts'
import { ms } from '../measure/yardstick.ts'
import { people } from '../subjects/subject.ts'
import { slowSyncs } from '../subjects/slow-sync.ts'
import { startWherry, type Wherry } from '../subjects/wherry.ts'

const most_ms = 20
const duration_ms = 6000

async function delayOf(wherry: Wherry): Promise<Figure[]> {
  const callers = loginCallers(wherry, 16)
  await drive(callers, (sent) => sent >= people * 3)
  // What the machine itself does to a process that has nothing to do.
  const idle = await startMeasured('subjects/bare-work.ts')
  await idle.watchLoop()
  await wherry.server.watchLoop()
  const { count, elapsed_ms } = await drive(callers, (_sent, elapsed) => elapsed > duration_ms)
  const { loop } = await wherry.server.usage()
  const { loop: beside } = await idle.usage()
  await idle.stop()
  const target = { target: `≤ ${ms(most_ms)}`, met: loop.p99_ms <= most_ms }
  return [
    { what: `${wherry.name}: logins a second`, value: fixed((count * 1000) / elapsed_ms, 1) },
    { what: `${wherry.name}: delay p50`, value: ms(loop.p50_ms) },
    { what: `${wherry.name}: delay p99`, value: ms(loop.p99_ms), ...target },
    { what: `${wherry.name}: delay max`, value: ms(loop.max_ms) },
    { what: '  an idle process beside it: delay p99 / max', value: `${ms(beside.p99_ms)} / ${ms(beside.max_ms)}` },
  ]
}

/** Measures the embedded store as it is, and with every sync of a file 10 ms slower. */
export async function eventLoop(wherry: Wherry): Promise<Table> {
  const title = 'Event loop at login saturation (16 at once, a timer of 1 ms)'
  const figures = await delayOf(wherry)
  const slow = slowSyncs()
  if ('missing' in slow) return { title, figures: [...figures, { what: slow.missing, value: '–' }] }
  const slowed = await startWherry('SQLite, syncs 10 ms slower', { env: slow.env })
  try {
    figures.push(...(await delayOf(slowed)))
  } finally {
    await slowed.stop()
  }
  return { title, figures }
}
