import { createInterface } from 'node:readline'
import { counted } from './teller.ts'
import type { World } from './world.ts'

const look_every_ms = 200

/**
 * Keeps both sides up until `until` is aborted or the terminal closes: says when a query arrives at the legacy
 * store, and switches it off and on when the person types so.
 */
export async function stayUp({ tell, store }: World, until: AbortSignal): Promise<void> {
  let seen = store.queries()
  const looking = setInterval(() => {
    const arrived = store.queriesSince(seen)
    if (arrived === 0) return
    seen = store.queries()
    tell.lines(`[legacy store] ${counted(arrived, 'query', 'queries')} arrived`)
  }, look_every_ms)
  const terminal = createInterface({ input: process.stdin })
  const ended = Promise.withResolvers<void>()
  until.addEventListener('abort', () => ended.resolve(), { once: true })
  if (until.aborted) ended.resolve()
  terminal.on('close', () => ended.resolve())
  const switched = async (on: boolean): Promise<void> => {
    await (on ? store.switchOn() : store.switchOff())
    tell.lines(`[legacy store] switched ${on ? 'on' : 'off'}`)
  }
  terminal.on('line', (line) => {
    const word = line.trim().toLowerCase()
    if (word === 'on' || word === 'off')
      void switched(word === 'on').catch((error: unknown) => ended.reject(error as Error))
    else if (word !== '') tell.lines('Type off or on for the legacy store, or press Ctrl-C to stop.')
  })
  try {
    await ended.promise
  } finally {
    clearInterval(looking)
    terminal.close()
  }
}
