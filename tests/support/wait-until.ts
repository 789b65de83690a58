import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `holds` does, up to twenty seconds. @throws Error after them */
export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('The condition did not hold within twenty seconds')
  }
}
