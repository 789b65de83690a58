import { createInterface } from 'node:readline'
import type { DemoContext } from './demo-context.ts'
import { counted } from './report.ts'

const poll_interval_ms = 200

/**
 * Keeps both servers running until `signal` is aborted or standard input ends. Reports the queries that arrive at the legacy store, and
 * switches it off and on by the commands `off` and `on` on standard input.
 */
export async function keepRunning({ report, store }: DemoContext, signal: AbortSignal): Promise<void> {
  let reported = store.queries()
  const polling = setInterval(() => {
    const received = store.queriesSince(reported)
    if (received === 0) return
    reported = store.queries()
    report.lines(`[legacy store] received ${counted(received, 'query', 'queries')}`)
  }, poll_interval_ms)
  const input = createInterface({ input: process.stdin })
  const ended = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => ended.resolve(), { once: true })
  if (signal.aborted) ended.resolve()
  input.on('close', () => ended.resolve())
  const switchStore = async (on: boolean): Promise<void> => {
    await (on ? store.switchOn() : store.switchOff())
    report.lines(`[legacy store] switched ${on ? 'on' : 'off'}`)
  }
  input.on('line', (line) => {
    const command = line.trim().toLowerCase()
    if (command === 'on' || command === 'off')
      void switchStore(command === 'on').catch((error: unknown) => ended.reject(error as Error))
    else if (command !== '') report.lines('Type off or on for the legacy store, or press Ctrl-C to stop.')
  })
  try {
    await ended.promise
  } finally {
    clearInterval(polling)
    input.close()
  }
}
