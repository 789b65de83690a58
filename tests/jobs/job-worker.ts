// Starts processes that run the jobs of a store, and kills them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from './job-kit.ts'

const program = join(import.meta.dirname, 'job-process.ts')

/**
 * Starts a process that runs the jobs of a store; it ends with this one. `lines` are what `job-process.ts` says.
 *
 * @param options `lease_rate`: how much faster the time of leases passes there
 */
export function startWorker(target: object, { ahead_ms = 0, pause_ms = 0, held_at = -1, lease_rate = 1 } = {}) {
  // As `npm start` runs the server.
  const settings = [ahead_ms, pause_ms, held_at, lease_rate].map(String)
  const args = ['--max-semi-space-size=16', program, JSON.stringify(target), ...settings]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return {
    lines,
    pid: child.pid ?? 0,
    said: async (line: string): Promise<void> =>
      await until(() => lines.includes(line), `no "${line}" in ${lines.join(', ')}`),
    async kill(): Promise<void> {
      kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      process.off('exit', kill)
    },
  }
}
