// Cold start on an existing store, memory when idle, and growth of memory with logins.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { mebibytes, median, ms } from '../measure/statistics.ts'
import type { Table } from '../measure/table.ts'
import { untilReady } from '../measure/until-ready.ts'
import { own_root, startCommand } from '../servers/start-command.ts'
import { startWherry, type Wherry } from '../servers/wherry.ts'
import { growthOver } from './growth.ts'

const starts = 7
const max_start_ms = 1000
const max_idle_bytes = 150 * 1_048_576

function launch(env: Record<string, string>): ChildProcess {
  const { node_flags, file, args } = startCommand(own_root)
  const command = [...node_flags, file, ...args]
  return spawn(process.execPath, command, { cwd: own_root, env: { ...process.env, ...env }, stdio: 'ignore' })
}

function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

async function startOnce({ origin, env }: Wherry): Promise<{ ready_ms: number; idle_bytes: number }> {
  const child = launch(env)
  const exited = once(child, 'exit')
  try {
    const ready_ms = await untilReady(`${origin}/health/ready`, () => child.exitCode !== null)
    await sleep(1500)
    return { ready_ms, idle_bytes: residentBytes(child.pid ?? 0) }
  } finally {
    child.kill('SIGTERM')
    await exited
  }
}

/** Starts the server repeatedly on one store, then logs in `logins` times with cheap hashes. */
export async function startAndMemory(logins: number): Promise<Table> {
  const wherry = await startWherry('store')
  await wherry.process.stop()
  const runs: { ready_ms: number; idle_bytes: number }[] = []
  for (let nth = 0; nth < starts; nth += 1) runs.push(await startOnce(wherry))
  await wherry.stop()
  const ready = median(runs.map(({ ready_ms }) => ready_ms))
  const idle = median(runs.map(({ idle_bytes }) => idle_bytes))
  const fastest = Math.min(...runs.map(({ ready_ms }) => ready_ms))
  return {
    title: 'Start and memory, Wherry on SQLite',
    figures: [
      {
        label: 'cold start until ready, median of 7',
        value: ms(ready),
        target: { text: '≤ 1,000 ms', met: ready <= max_start_ms },
      },
      { label: 'cold start until ready, minimum', value: ms(fastest) },
      {
        label: 'resident memory when idle',
        value: mebibytes(idle),
        target: { text: '≤ 150 MiB', met: idle <= max_idle_bytes },
      },
      ...(await growthOver(logins)),
    ],
  }
}
