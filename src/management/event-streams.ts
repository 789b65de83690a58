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
   * @param reader who reads: an admin or a client
   * @throws {Refusal} `too_many_requests` beyond 4 streams of a reader and 20 of a tenant
   */
  open(of: { tenant_id: string; reader: string }, poll: Poll, authorize: () => Promise<void>): Readable
  /** Ends all streams. */
  close(): void
}

const streams_per_tenant = 20
// So that no reader takes the streams of all.
const streams_per_reader = 4
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

  const openOf = (key: string): number => open_streams.get(key) ?? 0

  const count = (keys: string[], by: number): void => {
    for (const key of keys) {
      const now_open = openOf(key) + by
      if (now_open === 0) open_streams.delete(key)
      else open_streams.set(key, now_open)
    }
  }

  const refuse = (message: string): never => {
    throw new Refusal('too_many_requests', { message, retry_after_s: 5 })
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
    open({ tenant_id, reader }, poll, authorize) {
      const of_reader = JSON.stringify([tenant_id, reader])
      if (openOf(of_reader) >= streams_per_reader) refuse(`You have at most ${streams_per_reader} open streams.`)
      if (openOf(tenant_id) >= streams_per_tenant) refuse(`A tenant has at most ${streams_per_tenant} open streams.`)
      const counted = [tenant_id, of_reader]
      count(counted, 1)
      const out = new PassThrough()
      const gone = new AbortController()
      out.once('close', () => gone.abort())
      void follow(out, poll, authorize, AbortSignal.any([stop.signal, gone.signal])).then((reason) => {
        count(counted, -1)
        out.end(eventText({ event: 'end', data: { reason } }))
        setTimeout(() => out.destroy(), end_within_ms).unref()
      })
      return out
    },
    close: () => stop.abort(),
  }
}
