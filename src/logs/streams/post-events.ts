import type { Clock } from '../../base/clock.ts'
import { post } from '../../egress/post.ts'
import { signatureOf } from '../../egress/signature-of.ts'
import { ConnectionFailed } from '../../egress/connection-failed.ts'
import type { TenantConnections } from '../../egress/tenant-connections.ts'
import type { StoredSink } from './log-stream.ts'
import type { StreamEvent } from './stream-events.ts'

/** The longest time until a webhook answers, in milliseconds. */
export const answer_timeout_ms = 10_000

/** The bodies of the requests for some events, each with its events. */
export function requestsOf(
  format: StoredSink['httpContentFormat'],
  events: StreamEvent[],
): { body: string; events: StreamEvent[] }[] {
  if (format === 'JSONOBJECT') return events.map((event) => ({ body: JSON.stringify(event), events: [event] }))
  if (events.length === 0) return []
  if (format === 'JSONARRAY') return [{ body: JSON.stringify(events), events }]
  return [{ body: `${events.map((event) => JSON.stringify(event)).join('\n')}\n`, events }]
}

/** Posts one request of a stream. Returns why it failed, or undefined. */
export async function postEvents(
  { tenant_connections, clock }: { tenant_connections: TenantConnections; clock: Clock },
  { tenant_id, log_stream_id }: { tenant_id: string; log_stream_id: string },
  sink: StoredSink,
  { body, events }: { body: string; events: StreamEvent[] },
): Promise<string | undefined> {
  // A repetition of the same events has the same id. One with further events has another, and the same `log_id` of each event.
  const id = `${log_stream_id}.${events.at(-1)?.log_id ?? ''}`
  const at_s = Math.floor(clock.now() / 1000)
  const custom = (sink.httpCustomHeaders ?? []).map(({ header, value }) => [header.toLowerCase(), value])
  try {
    const status = await post(tenant_connections, {
      tenant_id,
      url: sink.httpEndpoint,
      body,
      timeout_ms: answer_timeout_ms,
      headers: {
        ...(Object.fromEntries(custom) as Record<string, string>),
        'content-type': sink.httpContentType ?? 'application/json',
        ...(sink.httpAuthorization === undefined ? {} : { authorization: sink.httpAuthorization }),
        'webhook-id': id,
        'webhook-timestamp': String(at_s),
        'webhook-signature': signatureOf(sink.signing_secret, { id, at_s, body }),
      },
    })
    return status >= 200 && status < 300 ? undefined : `The webhook answered ${status}.`
  } catch (error) {
    if (error instanceof ConnectionFailed) return error.message
    throw error
  }
}
