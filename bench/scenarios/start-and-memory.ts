// Cold start on a store that exists, memory at rest, and whether memory grows with logins.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mebibytes, median } from '../measure/numbers.ts'
import type { Table } from '../measure/table.ts'
import { ms } from '../measure/yardstick.ts'
import { startWherry } from '../subjects/wherry.ts'
import { growthOver } from './growth.ts'

const root = resolve(import.meta.dirname, '../..')
// What `npm start` runs, without npm.
const { start } = (JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { scripts: { start: string } })
  .scripts
const [, ...command] = start.split(' ')
const starts = 7
const start_most_ms = 500
const idle_most_bytes = 120 * 1_048_576

async function untilReady(origin: string, child: ChildProcess): Promise<number> {
  const started = performance.now()
  while (child.exitCode === null && performance.now() - started < 30_000) {
    const ready = await fetch(`${origin}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) return performance.now() - started
    await sleep(2)
  }
  throw new Error('the server did not become ready')
}

function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

async function startOnce(env: Record<string, string>): Promise<{ ready_ms: number; idle_bytes: number }> {
  const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, ...env }, stdio: 'ignore' })
  const ended = once(child, 'exit')
  try {
    const ready_ms = await untilReady(env['WHERRY_PUBLIC_URL'] ?? '', child)
    await sleep(1500)
    return { ready_ms, idle_bytes: residentBytes(child.pid ?? 0) }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** Starts the program again and again on one store, then logs in `logins` times, with hashes made cheap. */
export async function startAndMemory(logins: number): Promise<Table> {
  const wherry = await startWherry('store')
  await wherry.server.stop()
  const runs: { ready_ms: number; idle_bytes: number }[] = []
  for (let nth = 0; nth < starts; nth += 1) runs.push(await startOnce(wherry.env))
  await wherry.stop()
  const ready = median(runs.map(({ ready_ms }) => ready_ms))
  const idle = median(runs.map(({ idle_bytes }) => idle_bytes))
  const fastest = Math.min(...runs.map(({ ready_ms }) => ready_ms))
  return {
    title: 'Start and memory, Wherry on SQLite',
    figures: [
      { what: 'cold start to ready, median of 7', value: ms(ready), target: '≤ 500 ms', met: ready <= start_most_ms },
      { what: 'cold start to ready, fastest', value: ms(fastest) },
      { what: 'resident when idle', value: mebibytes(idle), target: '≤ 120 MiB', met: idle <= idle_most_bytes },
      ...(await growthOver(logins)),
    ],
  }
}
