// The load generator: keeps a number of requests under way on connections of its own and notes every answer.
import { Agent, request as httpRequest } from 'node:http'

/** A request to a token endpoint. */
export type Call = {
  url: string
  body: string
  type: 'application/json' | 'application/x-www-form-urlencoded'
  /** The address that the call seems to come from, for a server that trusts its proxy. */
  from?: string
}

/** An answer: status, headers, body and how long it took. */
export type Answered = { status: number; retry_after: string | undefined; text: string; ms: number }

/** Sends one call on `agent`. */
export function sendCall(agent: Agent, { url, body, type, from }: Call): Promise<Answered> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
    }
    const sent = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const ms = performance.now() - started
        resolve({ status: response.statusCode ?? 0, retry_after: response.headers['retry-after'], text, ms })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** One caller after another's answer: gives the next call, and sees what was answered. */
export type Caller = { next(): Call; saw(answer: Answered): void }

/** What a drive showed. Times are sorted. */
export type Driven = { count: number; elapsed_ms: number; times_ms: number[] }

/**
 * Lets every caller send one call at a time until `until` says enough.
 *
 * @throws Error at the first answer that is not 200
 */
export async function drive(callers: Caller[], until: (sent: number, elapsed_ms: number) => boolean): Promise<Driven> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers.length })
  const times_ms: number[] = []
  let sent = 0
  const started = performance.now()
  const run = async (caller: Caller): Promise<void> => {
    while (!until(sent, performance.now() - started)) {
      sent += 1
      const answer = await sendCall(agent, caller.next())
      if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text.slice(0, 300)}`)
      times_ms.push(answer.ms)
      caller.saw(answer)
    }
  }
  try {
    await Promise.all(callers.map(run))
  } finally {
    agent.destroy()
  }
  return {
    count: times_ms.length,
    elapsed_ms: performance.now() - started,
    times_ms: times_ms.toSorted((a, b) => a - b),
  }
}
