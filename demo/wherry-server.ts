// Wherry as an operator starts it: a process of its own, on a free port, with an empty data folder.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createServerProcess } from '../tests/support/server-process.ts'
import type { FirstRun } from '../src/server/first-run-file.ts'

export type { FirstRun } from '../src/server/first-run-file.ts'

/** Wherry's process. */
export type WherryServer = {
  /** Where its process log goes. */
  log_file: string
  /** Resolves when it is ready. @throws Error with the end of its log, when it ends or is not ready within a minute */
  ready(): Promise<FirstRun>
  /** Stops it gracefully and resolves with its exit status; null when it had to be killed. */
  stop(): Promise<number | null>
  /** Ends it at once. */
  kill(): void
}

/** Starts Wherry's process with its data in `folder`, where no `.env` file is read. */
export function launchWherry(folder: string): WherryServer {
  const data_dir = path.join(folder, 'data')
  mkdirSync(data_dir, { mode: 0o700 })
  const env = { WHERRY_PORT: '0', WHERRY_DATA_DIR: data_dir }
  const server = createServerProcess({ env, cwd: folder }, folder)
  const started = server.start()
  started.catch(() => undefined)
  return {
    log_file: server.log_file,
    async ready() {
      await started
      return server.firstRun()
    },
    stop: () => server.stop(),
    kill: () => void server.kill(),
  }
}
