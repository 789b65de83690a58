/**
 * Log streams: post the log events of a tenant to webhooks. A stream continues after its checkpoint, so that each event is delivered at
 * least once, by whichever process comes first; no request waits for it.
 */
import { randomBytes } from 'node:crypto'
import { isoTime } from '../../base/time.ts'
import { defined } from '../../base/defined.ts'
import type { LogStream, LogStreamSink, StreamCategory } from '../../contract/log-stream.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import { logStreamAad } from '../../store/sealed-aad.ts'
import type { LogStreamsTable } from '../../store/tables.ts'

/** Where the events of a stream are posted, and the secret that signs the requests. */
export type StoredSink = LogStreamSink & { signing_secret: string }

/** A new signing secret, in the form of the Standard Webhooks specification. */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

type Key = Pick<LogStreamsTable, 'tenant_id' | 'log_stream_id'>

/** Seals the sink of a stream. */
export function sealSink(sealer: Pick<Sealer, 'seal'>, { tenant_id, log_stream_id }: Key, sink: StoredSink): string {
  return sealer.seal(writeJson(sink), logStreamAad(tenant_id, log_stream_id))
}

/** The sink of a row. @throws {SealBroken} */
export function openSink(sealer: Pick<Sealer, 'open'>, row: Key & Pick<LogStreamsTable, 'sink_sealed'>): StoredSink {
  return readJson<StoredSink>(sealer.open(row.sink_sealed, logStreamAad(row.tenant_id, row.log_stream_id)))
}

/** The categories of a row; empty for all events. */
export const categoriesOf = (row: Pick<LogStreamsTable, 'filters'>): StreamCategory[] =>
  readJson<StreamCategory[]>(row.filters)

const timeOf = (at: number | null): string | undefined => (at === null ? undefined : isoTime(at))

/** A stream in the format of the API, without its secrets. */
export function showLogStream(sealer: Pick<Sealer, 'open'>, row: LogStreamsTable): LogStream {
  const { signing_secret: _secret, httpAuthorization: _authorization, ...sink } = openSink(sealer, row)
  const { attempts, delivered, last_error, last_success_at } = row
  return {
    id: row.log_stream_id,
    name: row.name,
    type: 'http',
    status: row.status,
    isPriority: row.is_priority === 1,
    filters: categoriesOf(row).map((name) => ({ type: 'category', name })),
    sink,
    delivery: {
      state: attempts > 0 ? 'failing' : last_success_at === null ? 'idle' : 'ok',
      delivered,
      attempts,
      ...defined({
        next_attempt_at: attempts > 0 && row.status === 'active' ? isoTime(row.next_attempt_at) : undefined,
        last_success_at: timeOf(last_success_at),
        last_failure_at: timeOf(row.last_failure_at),
        last_error: last_error ?? undefined,
      }),
    },
  }
}
