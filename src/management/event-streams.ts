import { PassThrough, type Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import type { ServerEvent } from '../contract/route.ts'

/** Returns the events since its last call. @throws {Refusal} where the stream must end */
export type Poll = () => Promise<ServerEvent[]>

/** The open streams of server-sent events (HTML Living Standard, section 9.2). */
export type EventStreams = {
  /**
   * Opens a stream that polls once a second, after `authorize`, until one of the two throws, the reader is gone or the server stops. Its
   * last event, `end`, has the reason.
   *
   * @throws {Refusal} `too_many_requests` beyond 10 streams of a tenant
   */
  open(tenant_id: string, poll: Poll, authorize: () => Promise<void>): Readable
  /** Ends all streams. */
  close(): void
}

const streams_per_tenant = 10
const poll_ms = 1000
const heartbeat_ms = 15_000
// A reader that falls behind gets no new events until it has read these.
const unread_max_bytes = 1_048_576
// A reader that does not read the end is disconnected.
const end_within_ms = 5000

const eventText = ({ id, event, data }: ServerEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Creates the streams of one origin. */
export function createEventStreams(log: ProcessLog): EventStreams {
  const stop = new AbortController()
  const open_streams = new Map<string, number>()

  const count = (tenant_id: string, by: number): void => {
    const now_open = (open_streams.get(tenant_id) ?? 0) + by
    if (now_open === 0) open_streams.delete(tenant_id)
    else open_streams.set(tenant_id, now_open)
  }

  /** Writes events until the stream must end, and returns the reason. */
  async function follow(out: PassThrough, poll: Poll, authorize: () => Promise<void>, signal: AbortSignal) {
    let written_at = performance.now()
    const write = (text: string): void => {
      out.write(text)
      written_at = performance.now()
    }
    write(': open\n\n')
    try {
      while (!signal.aborted) {
        await authorize()
        if (out.writableLength < unread_max_bytes) for (const event of await poll()) write(eventText(event))
        if (performance.now() - written_at >= heartbeat_ms) write(': heartbeat\n\n')
        await sleep(poll_ms, undefined, { signal }).catch(() => undefined)
      }
      return 'server_stops'
    } catch (error) {
      if (error instanceof Refusal) return error.code
      log.error({ err: error }, 'a stream of events failed')
      return 'internal'
    }
  }

  return {
    open(tenant_id, poll, authorize) {
      if ((open_streams.get(tenant_id) ?? 0) >= streams_per_tenant) {
        const message = `A tenant has at most ${streams_per_tenant} open streams.`
        throw new Refusal('too_many_requests', { message, retry_after_s: 5 })
      }
      count(tenant_id, 1)
      const out = new PassThrough()
      const gone = new AbortController()
      out.once('close', () => gone.abort())
      void follow(out, poll, authorize, AbortSignal.any([stop.signal, gone.signal])).then((reason) => {
        count(tenant_id, -1)
        out.end(eventText({ event: 'end', data: { reason } }))
        setTimeout(() => out.destroy(), end_within_ms).unref()
      })
      return out
    },
    close: () => stop.abort(),
  }
}
