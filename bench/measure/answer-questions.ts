// Runs inside a measured process: answers the bench's questions over the process channel.
import { setTimeout as sleep } from 'node:timers/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AtRest, Question, Reply, Usage } from './messages.ts'

const ms = (nanoseconds: number): number => nanoseconds / 1e6

/** Work that the bench can ask for by name. */
export type NamedWork = Record<string, (nth: number) => Promise<unknown>>

async function repeat(work: (nth: number) => Promise<unknown>, times: number, at_once: number): Promise<Reply> {
  const each_ms: number[] = []
  let next = 0
  const started = performance.now()
  const worker = async (): Promise<void> => {
    while (next < times) {
      const nth = next++
      const began = performance.now()
      await work(nth)
      each_ms.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: at_once }, worker))
  return { each_ms, elapsed_ms: performance.now() - started }
}

/** Answers until the bench goes away, then ends the process. Says `ready` with `details` at once. */
export function answerQuestions(details: unknown, works: NamedWork = {}): void {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  let cpu = process.cpuUsage()

  const usage = (): Usage => {
    const spent = process.cpuUsage(cpu)
    cpu = process.cpuUsage()
    const measured = { p50_ms: ms(loop.percentile(50)), p99_ms: ms(loop.percentile(99)), max_ms: ms(loop.max) }
    loop.disable()
    return { cpu_ms: (spent.user + spent.system) / 1000, rss_bytes: process.memoryUsage.rss(), loop: measured }
  }

  // As the engine does it when a process has been idle for a while: any other collection keeps the emptied pages.
  const collectGarbage = async (): Promise<void> => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (how: object) => void
    for (let round = 0; round < 4; round += 1) {
      collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
      await sleep(200)
    }
  }

  const atRest = (): AtRest => {
    const { rss, heapUsed } = process.memoryUsage()
    return { rss_bytes: rss, heap_bytes: heapUsed }
  }

  const answer = async (question: Question): Promise<Reply> => {
    switch (question.ask) {
      case 'usage':
        return { usage: usage() }
      case 'watch_loop':
        // Only while somebody wants to know: the watching itself takes CPU.
        loop.reset()
        loop.enable()
        return { watching: true }
      case 'memory_at_rest':
        await collectGarbage()
        return { at_rest: atRest() }
      case 'work': {
        const work = works[question.name]
        if (work === undefined) throw new Error(`this process cannot do ${question.name}`)
        return await repeat(work, question.times, question.at_once)
      }
    }
  }

  process.on('message', (question: Question) => {
    answer(question).then(
      (reply) => process.send?.(reply),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ ready: details })
}
