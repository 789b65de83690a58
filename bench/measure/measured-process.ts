/**
 * Measurement: starts processes and measures the CPU, memory and event loop delay of each without those of the benchmark process; sends
 * requests to servers; computes statistics and prints them. This folder knows neither the servers nor the content of the requests.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { IpcReply, IpcRequest, MemoryAfterGc, Usage } from './ipc-messages.ts'
import { untilReady } from './until-ready.ts'

/** A running process that calls `serveMetrics`. */
export type MeasuredProcess = {
  readonly pid: number
  usage(): Promise<Usage>
  /** Monitors the event loop until the next `usage`. */
  monitorEventLoop(): Promise<void>
  memoryAfterGc(): Promise<MemoryAfterGc>
  runTask(task: string, times: number, concurrency: number): Promise<{ durations_ms: number[]; elapsed_ms: number }>
  stop(): Promise<void>
}

/** How the process is started; `ready_url` answers 2xx once it is ready for requests. */
export type StartOptions = {
  args?: string[]
  env?: Record<string, string>
  node_flags?: string[]
  cwd?: string
  ready_url?: string
}

/** How long a process may take to stop before it is killed. */
const stop_timeout_ms = 5000

type Running = { child: ChildProcess; exited: Promise<unknown> }

/** @throws Error with the message of a failed request, or when the process exits before it replies */
async function send({ child, exited }: Running, request: IpcRequest): Promise<IpcReply> {
  const received = once(child, 'message')
  child.send(request)
  const exited_first = exited.then((): never => {
    throw new Error(`the measured process exited before it replied to ${request.type}`)
  })
  const [reply] = (await Promise.race([received, exited_first])) as [IpcReply | { error: string }]
  if ('error' in reply) throw new Error(reply.error)
  return reply
}

/**
 * Starts `file` and waits until it is ready. Its standard output is discarded.
 *
 * @throws Error with its standard error when it exits before that
 */
export async function startMeasured(file: string, options: StartOptions = {}): Promise<MeasuredProcess> {
  const { args = [], env = {}, node_flags = [], cwd, ready_url } = options
  const child = fork(file, args, {
    cwd,
    env: { ...process.env, ...env },
    execArgv: node_flags,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr?.on('data', (chunk) => (stderr = `${stderr}${String(chunk)}`.slice(-4000)))
  const exited = once(child, 'exit')
  const running = { child, exited }
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  await Promise.race([once(child, 'message'), exited])
  try {
    if (hasExited()) throw new Error('it exited')
    if (ready_url !== undefined) await untilReady(ready_url, hasExited)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${file} did not start:\n${stderr}`, { cause: error })
  }
  return {
    pid: child.pid ?? 0,
    async usage() {
      const reply = await send(running, { type: 'usage' })
      if (!('usage' in reply)) throw new Error('the reply holds no usage')
      return reply.usage
    },
    async monitorEventLoop() {
      await send(running, { type: 'monitor_event_loop' })
    },
    async memoryAfterGc() {
      const reply = await send(running, { type: 'memory_after_gc' })
      if (!('memory' in reply)) throw new Error('the reply holds no memory')
      return reply.memory
    },
    async runTask(task, times, concurrency) {
      const reply = await send(running, { type: 'run_task', task, times, concurrency })
      if (!('durations_ms' in reply)) throw new Error('the reply holds no durations')
      return reply
    },
    async stop() {
      if (hasExited()) return
      child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), stop_timeout_ms)
      await exited
      clearTimeout(timer)
    },
  }
}
