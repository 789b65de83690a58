import type { ProcessLog } from './process-log.ts'

/**
 * Work that continues after the response was sent. A graceful stop waits for it, and a crash loses it. Work that must not be lost is a
 * job (`src/jobs`).
 */
export type Background = {
  /** Starts `work` now; an error in it is logged under `name`, never thrown. */
  run(name: string, work: () => Promise<void>): void
  /** Resolves when all of it has ended. */
  drained(): Promise<void>
}

/** Creates a background whose errors are logged in `log`. */
export function createBackground(log: ProcessLog): Background {
  const pending = new Set<Promise<void>>()
  return {
    run(name, work) {
      const running = (async () => {
        try {
          await work()
        } catch (error) {
          log.error({ work: name, err: error }, 'background work failed')
        }
      })()
      pending.add(running)
      void running.finally(() => pending.delete(running))
    },
    async drained() {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
