// A load generator in a process of its own, at the lowest priority: it must not take the processor from what it measures. Reads its
// task from the first argument, prints its result as one line of JSON.
import { Agent, request as httpRequest } from 'node:http'
import { setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** A request; `{n}` in its body and `{pad}` stand for the number of the request and for `pad_bytes` characters. */
export type TemplateRequest = {
  url: string
  host: string
  content_type: string
  body: string
  pad?: { text: string; times: number }
}

/** Either `rate` requests a second, whatever the answers take, or `workers` that send one at a time; for `duration_ms`. */
export type LoadTask = {
  requests: TemplateRequest[]
  duration_ms: number
  first_number: number
} & ({ rate: number } | { workers: number })

/** How long the answers with status 200 took. `statuses` counts all answers. */
export type LoadSummary = { durations_ms: number[]; statuses: Record<string, number> }

const task = JSON.parse(process.argv[2] ?? '') as LoadTask
setPriority(19)
const agent = new Agent({ keepAlive: true, maxSockets: 'workers' in task ? task.workers : 256 })
const summary: LoadSummary = { durations_ms: [], statuses: {} }
let next = task.first_number

function send(): Promise<void> {
  const { url, host, content_type, body, pad } = task.requests[next % task.requests.length] as TemplateRequest
  const text = body.replaceAll('{n}', String(next)).replaceAll('{pad}', () => (pad ? pad.text.repeat(pad.times) : ''))
  next += 1
  const started = performance.now()
  return new Promise((resolve) => {
    const end = (status: string) => {
      summary.statuses[status] = (summary.statuses[status] ?? 0) + 1
      if (status === '200') summary.durations_ms.push(performance.now() - started)
      resolve()
    }
    const headers = { host, 'content-type': content_type, 'content-length': Buffer.byteLength(text) }
    const sent = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('end', () => end(String(response.statusCode)))
      response.once('error', () => end('cut off'))
    })
    sent.once('error', () => end('no answer'))
    sent.end(text)
  })
}

const until = performance.now() + task.duration_ms
const open = new Set<Promise<void>>()
if ('workers' in task) {
  const run = async () => {
    while (performance.now() < until) await send()
  }
  await Promise.race([Promise.all(Array.from({ length: task.workers }, run)), sleep(task.duration_ms + 15_000)])
} else {
  const began = performance.now()
  for (let nth = 0; performance.now() < until; nth += 1) {
    await sleep(Math.max(0, began + (nth * 1000) / task.rate - performance.now()))
    const sent = send().finally(() => open.delete(sent))
    open.add(sent)
  }
  await Promise.race([Promise.all(open), sleep(15_000)])
}
process.stdout.write(`${JSON.stringify(summary)}\n`, () => process.exit(0))
