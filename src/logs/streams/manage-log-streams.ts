import type { Clock } from '../../base/clock.ts'
import { logIdStart, newPrefixedId } from '../../base/ids.ts'
import type {
  LogStream,
  LogStreamChange,
  LogStreamSinkChange,
  LogStreamWithSecret,
  NewLogStream,
} from '../../contract/log-stream.ts'
import { invalidBody, Refusal } from '../../contract/refusal.ts'
import { refusedUrl } from '../../egress/post.ts'
import type { TenantConnections } from '../../egress/tenant-connections.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { writeJson } from '../../store/json-column.ts'
import type { Db, LogStreamsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { newSigningSecret, openSink, sealSink, showLogStream, type StoredSink } from './log-stream.ts'

/** The dependencies of operations on log streams. */
export type LogStreamDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  tenant_connections: Pick<TenantConnections, 'isListed'>
  log_streams: { wake(): void }
}

const streams_max = 20

const refused_headers = new Set(['host', 'content-length', 'content-type', 'connection', 'transfer-encoding'])

/** @throws {Refusal} `invalid_body` for an address that cannot be posted to, and for headers that the server sets */
function checkSink({ tenant_connections }: LogStreamDeps, sink: LogStreamSinkChange): void {
  const refused = sink.httpEndpoint === undefined ? undefined : refusedUrl(tenant_connections, sink.httpEndpoint)
  if (refused !== undefined) throw invalidBody(refused, 'sink.httpEndpoint')
  for (const { header } of sink.httpCustomHeaders ?? []) {
    const name = header.toLowerCase()
    if (refused_headers.has(name) || name.startsWith('webhook-'))
      throw invalidBody(`The header ${header} is set by the server`, 'sink.httpCustomHeaders')
  }
}

/** The row of a log stream. @throws {Refusal} `inexistent_log_stream` */
export async function logStreamRow(db: Db, tenant_id: string, log_stream_id: string): Promise<LogStreamsTable> {
  return await db
    .selectFrom('log_streams')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('log_stream_id', '=', log_stream_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_log_stream'))
}

/** The log streams of a tenant, oldest first. */
export async function listLogStreams({ db, sealer }: LogStreamDeps, tenant_id: string): Promise<LogStream[]> {
  const rows = await db
    .selectFrom('log_streams')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .orderBy('created_at')
    .orderBy('log_stream_id')
    .execute()
  return rows.map((row) => showLogStream(sealer, row))
}

/** The log stream with this id. @throws {Refusal} `inexistent_log_stream` */
export async function getLogStream({ db, sealer }: LogStreamDeps, tenant_id: string, id: string): Promise<LogStream> {
  return showLogStream(sealer, await logStreamRow(db, tenant_id, id))
}

const withSecret = (sealer: Sealer, row: LogStreamsTable): LogStreamWithSecret => ({
  ...showLogStream(sealer, row),
  signing_secret: openSink(sealer, row).signing_secret,
})

/**
 * Creates a log stream. It begins with the events of this moment, or of `startFrom`.
 *
 * @throws {Refusal} `invalid_body`, `too_many_log_streams`
 */
export async function createLogStream(
  deps: LogStreamDeps,
  tenant_id: string,
  { name, sink, filters = [], isPriority, startFrom }: NewLogStream,
): Promise<LogStreamWithSecret> {
  checkSink(deps, sink)
  const now = deps.clock.now()
  const from = startFrom === undefined ? now : Date.parse(startFrom)
  if (Number.isNaN(from)) throw invalidBody('Not a time in ISO 8601', 'startFrom')
  const log_stream_id = newPrefixedId('lst')
  const row: LogStreamsTable = {
    tenant_id,
    log_stream_id,
    name: name ?? log_stream_id,
    status: 'active',
    filters: writeJson(filters.map((filter) => filter.name)),
    is_priority: isPriority === true ? 1 : 0,
    sink_sealed: sealSink(deps.sealer, { tenant_id, log_stream_id }, { ...sink, signing_secret: newSigningSecret() }),
    checkpoint: logIdStart(from),
    delivered: 0,
    attempts: 0,
    next_attempt_at: now,
    claimed_until: 0,
    failing_since: null,
    last_success_at: null,
    last_failure_at: null,
    last_error: null,
    created_at: now,
    updated_at: now,
  }
  await inTransaction(deps.db, async (trx) => {
    const others = await trx
      .selectFrom('log_streams')
      .select('log_stream_id')
      .where('tenant_id', '=', tenant_id)
      .execute()
    if (others.length >= streams_max) throw new Refusal('too_many_log_streams')
    await trx.insertInto('log_streams').values(row).execute()
  })
  deps.log_streams.wake()
  return withSecret(deps.sealer, row)
}

type Changed = Partial<LogStreamsTable>

async function change(
  deps: LogStreamDeps,
  { tenant_id, id }: { tenant_id: string; id: string },
  changeOf: (row: LogStreamsTable) => Changed,
): Promise<LogStreamsTable> {
  const now = deps.clock.now()
  const write = async (trx: Transaction): Promise<LogStreamsTable> => {
    const row = await logStreamRow(trx, tenant_id, id)
    return await trx
      .updateTable('log_streams')
      .set({ ...changeOf(row), next_attempt_at: now, updated_at: now })
      .where('tenant_id', '=', tenant_id)
      .where('log_stream_id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow(() => new Refusal('inexistent_log_stream'))
  }
  const row = await inTransaction(deps.db, write)
  deps.log_streams.wake()
  return row
}

const originOf = (url: string): string => new URL(url).origin

/**
 * Secrets were given for one receiver: a change that posts to another origin repeats each of them, so that permission to change a stream
 * is none to read them.
 *
 * @throws {Refusal} `invalid_body`
 */
function checkNewReceiver(before: StoredSink, { httpEndpoint, ...given }: LogStreamSinkChange): void {
  if (httpEndpoint === undefined || originOf(httpEndpoint) === originOf(before.httpEndpoint)) return
  for (const name of ['httpAuthorization', 'httpCustomHeaders'] as const) {
    const is_kept = before[name] !== undefined && before[name].length > 0 && given[name] === undefined
    if (is_kept) throw invalidBody('A new receiver needs it anew; an empty value removes it', `sink.${name}`)
  }
}

function mergeSink(before: StoredSink, change: LogStreamSinkChange): StoredSink {
  checkNewReceiver(before, change)
  const { httpAuthorization, ...rest } = change
  const { httpAuthorization: kept, ...stored } = before
  const authorization = httpAuthorization ?? kept
  const has_one = authorization !== undefined && authorization !== ''
  return { ...stored, ...rest, ...(has_one ? { httpAuthorization: authorization } : {}) }
}

/**
 * Changes a log stream. The next attempt is due at once; a stream that becomes active begins a new count of failures.
 *
 * @throws {Refusal} `inexistent_log_stream`, `invalid_body`
 */
export async function updateLogStream(
  deps: LogStreamDeps,
  of: { tenant_id: string; id: string },
  { sink, filters, isPriority, ...rest }: LogStreamChange,
): Promise<LogStream> {
  if (sink) checkSink(deps, sink)
  const row = await change(deps, of, (before) => ({
    ...rest,
    ...(isPriority === undefined ? {} : { is_priority: isPriority ? 1 : 0 }),
    ...(filters === undefined ? {} : { filters: writeJson(filters.map(({ name }) => name)) }),
    ...(sink === undefined
      ? {}
      : { sink_sealed: sealSink(deps.sealer, before, mergeSink(openSink(deps.sealer, before), sink)) }),
    ...(rest.status === 'active' && before.status !== 'active' ? { attempts: 0, failing_since: null } : {}),
  }))
  return showLogStream(deps.sealer, row)
}

/** Replaces the signing secret of a log stream. @throws {Refusal} `inexistent_log_stream` */
export async function rotateLogStreamSecret(
  deps: LogStreamDeps,
  of: { tenant_id: string; id: string },
): Promise<LogStreamWithSecret> {
  const row = await change(deps, of, (before) => ({
    sink_sealed: sealSink(deps.sealer, before, {
      ...openSink(deps.sealer, before),
      signing_secret: newSigningSecret(),
    }),
  }))
  return withSecret(deps.sealer, row)
}

/** Deletes a log stream. An unknown one is not an error. */
export async function deleteLogStream({ db }: Pick<LogStreamDeps, 'db'>, tenant_id: string, id: string): Promise<void> {
  await db.deleteFrom('log_streams').where('tenant_id', '=', tenant_id).where('log_stream_id', '=', id).execute()
}
