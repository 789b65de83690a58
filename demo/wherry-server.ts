// Wherry as an operator starts it: its own process, on a free port, with an empty data folder.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createServerProcess } from '../tests/support/server-process.ts'
import type { FirstRun } from '../src/server/first-run-file.ts'

export type { FirstRun } from '../src/server/first-run-file.ts'

/** Wherry's process. */
export type WherryServer = {
  /** The file of the process log. */
  log_file: string
  /** Resolves when Wherry is ready. @throws Error with the end of the log when it ends or is not ready within a minute */
  ready(): Promise<FirstRun>
  /** Stops the process gracefully and resolves with its exit status; null when a signal ended it. */
  stop(): Promise<number | null>
  /** Kills the process. */
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
