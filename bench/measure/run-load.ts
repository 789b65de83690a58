// The load generator: a number of workers that each send one request at a time.
import { Agent, request as httpRequest } from 'node:http'

/** A request to a token endpoint. */
export type LoadRequest = {
  url: string
  body: string
  content_type: 'application/json' | 'application/x-www-form-urlencoded'
  /** `X-Forwarded-For`, for a server that trusts its proxy. */
  forwarded_for?: string
}

/** The response and its latency. */
export type LoadResponse = { status: number; retry_after: string | undefined; text: string; duration_ms: number }

/** Sends one request on `agent`. */
export function sendRequest(agent: Agent, request: LoadRequest): Promise<LoadResponse> {
  const { url, body, content_type, forwarded_for } = request
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': content_type,
      'content-length': Buffer.byteLength(body),
      ...(forwarded_for === undefined ? {} : { 'x-forwarded-for': forwarded_for }),
    }
    const sent = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const duration_ms = performance.now() - started
        resolve({ status: response.statusCode ?? 0, retry_after: response.headers['retry-after'], text, duration_ms })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** @throws Error with the status and the start of the body when the response is not 200 */
export function requireSuccess({ status, text }: LoadResponse): void {
  if (status !== 200) throw new Error(`the server answered ${status}: ${text.slice(0, 300)}`)
}

/** One worker: makes the next request, and receives its response before it makes another one. */
export type LoadWorker = { nextRequest(): LoadRequest; onResponse?(response: LoadResponse): void }

/** How many requests were answered, and how long all of them took. */
export type LoadResult = { count: number; elapsed_ms: number }

/**
 * Runs all workers at once until `isDone` says so; requests in progress at that time still complete.
 *
 * @throws Error at the first response that is not 200
 */
export async function runLoad(
  workers: LoadWorker[],
  isDone: (sent: number, elapsed_ms: number) => boolean,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: workers.length })
  let sent = 0
  const started = performance.now()
  const run = async (worker: LoadWorker): Promise<void> => {
    while (!isDone(sent, performance.now() - started)) {
      sent += 1
      const response = await sendRequest(agent, worker.nextRequest())
      requireSuccess(response)
      worker.onResponse?.(response)
    }
  }
  try {
    await Promise.all(workers.map(run))
  } finally {
    agent.destroy()
  }
  return { count: sent, elapsed_ms: performance.now() - started }
}

/** Sends `times` requests. */
export async function sendRequests(workers: LoadWorker[], times: number): Promise<LoadResult> {
  return await runLoad(workers, (sent) => sent >= times)
}
