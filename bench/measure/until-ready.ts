// Waits for a server that is starting.
import { setTimeout as sleep } from 'node:timers/promises'

const start_timeout_ms = 30_000

/**
 * Polls `url` until it answers 2xx, and gives the milliseconds that this took.
 *
 * @throws Error when the server has exited or 30 s have passed
 */
export async function untilReady(url: string, hasExited: () => boolean): Promise<number> {
  const started = performance.now()
  while (!hasExited() && performance.now() - started < start_timeout_ms) {
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return performance.now() - started
    await sleep(2)
  }
  throw new Error('the server did not become ready')
}
