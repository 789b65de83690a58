import type { ProcessLog } from './process-log.ts'

/** Work that goes on after an answer was sent. A graceful stop waits for it. */
export type Background = {
  /** Starts `work` now; an error in it is logged under `name`, never thrown. */
  run(name: string, work: () => Promise<void>): void
  /** Resolves when nothing is under way any more. */
  drained(): Promise<void>
}

/** Makes a background whose errors go to `log`. */
export function createBackground(log: ProcessLog): Background {
  const underway = new Set<Promise<void>>()
  return {
    run(name, work) {
      const running = (async () => {
        try {
          await work()
        } catch (error) {
          log.error({ work: name, err: error }, 'background work failed')
        }
      })()
      underway.add(running)
      void running.finally(() => underway.delete(running))
    },
    async drained() {
      while (underway.size > 0) await Promise.all(underway)
    },
  }
}
