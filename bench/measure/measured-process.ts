// A process whose CPU, memory and event loop are measured apart from the bench's own.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { AtRest, Question, Reply, Usage } from './messages.ts'

/** A running measured process; `ready` is what it said of itself when it started. */
export type MeasuredProcess<Ready> = {
  readonly pid: number
  readonly ready: Ready
  usage(): Promise<Usage>
  /** Watches the event loop until the next `usage`. */
  watchLoop(): Promise<void>
  /** Collects garbage, gives back what is held in reserve, and tells what is left. */
  restingMemory(): Promise<AtRest>
  /** Does its work of this name so often. */
  work(name: string, times: number, at_once: number): Promise<{ each_ms: number[]; elapsed_ms: number }>
  stop(): Promise<void>
}

async function ask(child: ChildProcess, question: Question): Promise<Reply> {
  const answered = once(child, 'message')
  child.send(question)
  const [reply] = (await answered) as [Reply | { error: string }]
  if ('error' in reply) throw new Error(reply.error)
  return reply
}

/**
 * Starts `file` (a path from `bench/`) with these flags of Node's and waits until it is ready. Its standard output goes
 * nowhere.
 *
 * @throws Error with what it wrote to standard error when it ends before that
 */
export async function startMeasured<Ready>(
  file: string,
  env: Record<string, string> = {},
  flags: string[] = [],
): Promise<MeasuredProcess<Ready>> {
  const child = fork(resolve(import.meta.dirname, '..', file), {
    env: { ...process.env, ...env },
    execArgv: flags,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => (errors = `${errors}${String(chunk)}`.slice(-4000)))
  const ended = once(child, 'exit')
  const ready = await Promise.race([
    once(child, 'message').then(([said]) => (said as { ready: Ready }).ready),
    ended.then(() => Promise.reject(new Error(`${file} ended before it was ready:\n${errors}`))),
  ])
  return {
    pid: child.pid ?? 0,
    ready,
    async usage() {
      const reply = await ask(child, { ask: 'usage' })
      if (!('usage' in reply)) throw new Error('no usage was answered')
      return reply.usage
    },
    async watchLoop() {
      await ask(child, { ask: 'watch_loop' })
    },
    async restingMemory() {
      const reply = await ask(child, { ask: 'memory_at_rest' })
      if (!('at_rest' in reply)) throw new Error('no memory was answered')
      return reply.at_rest
    },
    async work(name, times, at_once) {
      const reply = await ask(child, { ask: 'work', name, times, at_once })
      if (!('each_ms' in reply)) throw new Error('no times were answered')
      return reply
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
    },
  }
}
