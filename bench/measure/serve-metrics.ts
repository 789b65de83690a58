// Runs inside a measured process and replies to the benchmark's requests. It imports nothing of the product.
import { setTimeout as sleep } from 'node:timers/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { IpcReply, IpcRequest, MemoryAfterGc, Usage } from './ipc-messages.ts'

const ms = (nanoseconds: number): number => nanoseconds / 1e6

/** Tasks that the benchmark can run by name; `nth` counts the runs from 0. */
export type Tasks = Record<string, (nth: number) => Promise<unknown>>

async function repeat(task: Tasks[string], times: number, concurrency: number): Promise<IpcReply> {
  const durations_ms: number[] = []
  let next = 0
  const started = performance.now()
  const worker = async (): Promise<void> => {
    while (next < times) {
      const nth = next++
      const task_started = performance.now()
      await task(nth)
      durations_ms.push(performance.now() - task_started)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return { durations_ms, elapsed_ms: performance.now() - started }
}

// V8's last-resort collection, as in a process that has been idle for a while: any other one keeps the free pages.
async function memoryAfterGc(): Promise<MemoryAfterGc> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  for (let round = 0; round < 4; round += 1) {
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    await sleep(200)
  }
  const { rss, heapUsed } = process.memoryUsage()
  return { rss_bytes: rss, heap_bytes: heapUsed }
}

/** Sends `ready`, then replies to requests until the benchmark disconnects, which ends the process. */
export function serveMetrics(tasks: Tasks = {}): void {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  let cpu = process.cpuUsage()

  const usage = (): Usage => {
    const spent = process.cpuUsage(cpu)
    cpu = process.cpuUsage()
    const delay = { p50_ms: ms(loop.percentile(50)), p99_ms: ms(loop.percentile(99)), max_ms: ms(loop.max) }
    loop.disable()
    return { cpu_ms: (spent.user + spent.system) / 1000, rss_bytes: process.memoryUsage.rss(), loop: delay }
  }

  const reply = async (request: IpcRequest): Promise<IpcReply> => {
    switch (request.type) {
      case 'usage':
        return { usage: usage() }
      case 'monitor_event_loop':
        // Started on request only, because the monitor itself takes CPU.
        loop.reset()
        loop.enable()
        return { monitoring: true }
      case 'memory_after_gc':
        return { memory: await memoryAfterGc() }
      case 'run_task': {
        const task = tasks[request.task]
        if (task === undefined) throw new Error(`this process has no task ${request.task}`)
        return await repeat(task, request.times, request.concurrency)
      }
    }
  }

  process.on('message', (request: IpcRequest) => {
    reply(request).then(
      (sent) => process.send?.(sent),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ ready: true })
}
