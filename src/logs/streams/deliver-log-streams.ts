import type { Clock } from '../../base/clock.ts'
import { createFairQueue } from '../../base/fair-queue.ts'
import type { ProcessLog } from '../../base/process-log.ts'
import { day_ms } from '../../base/time.ts'
import type { LogEvent } from '../../contract/log-event.ts'
import type { TenantConnections } from '../../egress/tenant-connections.ts'
import type { Sealer } from '../../keys/sealer.ts'
import type { Db, LogStreamsTable } from '../../store/tables.ts'
import { listEventsAfter } from '../list-events.ts'
import { categoriesOf, openSink } from './log-stream.ts'
import { answer_timeout_ms, postEvents, requestsOf } from './post-events.ts'
import { streamEvents, type StreamEvent } from './stream-events.ts'

/** The delivery of log streams by this process. */
export type LogStreamDelivery = {
  /** Starts a round. Returns at once. */
  wake(): void
  /** Stops. A running request has its time to end; what it leaves undelivered, another process delivers. */
  close(): Promise<void>
}

/** The dependencies of the delivery. */
export type DeliverLogStreamsDeps = {
  db: Db
  clock: Clock
  log: ProcessLog
  sealer: Sealer
  tenant_connections: TenantConnections
}

const events_at_once = 100
const streams_at_once = 100
const poll_ms = 1000
// Requests of all tenants, and those of one tenant.
const requests_at_once = 8
const requests_per_tenant = 2
// Longer than the requests of one attempt take: only a process that died leaves a claim that ends by itself.
const attempt_max_ms = 60_000
const claim_ms = attempt_max_ms + 2 * answer_timeout_ms
const suspended_after_ms = 7 * day_ms

/** The pauses after the first, second, … failed attempt; the last one repeats. */
const pauses_ms = [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000]

type Key = Pick<LogStreamsTable, 'tenant_id' | 'log_stream_id'>

/** The due streams that sort after this one; without one, the first of all. */
async function dueStreams({ db, clock }: DeliverLogStreamsDeps, after: Key | undefined): Promise<LogStreamsTable[]> {
  const now = clock.now()
  const due = db
    .selectFrom('log_streams')
    .selectAll()
    .where('status', '=', 'active')
    .where('next_attempt_at', '<=', now)
    .where('claimed_until', '<=', now)
  const rest = !after
    ? due
    : due.where(({ eb, and, or }) =>
        or([
          eb('tenant_id', '>', after.tenant_id),
          and([eb('tenant_id', '=', after.tenant_id), eb('log_stream_id', '>', after.log_stream_id)]),
        ]),
      )
  return await rest.orderBy('tenant_id').orderBy('log_stream_id').limit(streams_at_once).execute()
}

/** Claims a stream for one attempt: of several processes that read the same row, one gets it. */
async function claim({ db, clock }: DeliverLogStreamsDeps, seen: LogStreamsTable): Promise<number | undefined> {
  const until = clock.now() + claim_ms
  const claimed = await db
    .updateTable('log_streams')
    .set({ claimed_until: until })
    .where('tenant_id', '=', seen.tenant_id)
    .where('log_stream_id', '=', seen.log_stream_id)
    .where('status', '=', 'active')
    .where('checkpoint', '=', seen.checkpoint)
    .where('attempts', '=', seen.attempts)
    .where('claimed_until', '=', seen.claimed_until)
    .where('updated_at', '=', seen.updated_at)
    .returning('log_stream_id')
    .executeTakeFirst()
  return claimed && until
}

/** Writes the result of an attempt, unless another process has taken the stream over. */
async function settle({ db }: DeliverLogStreamsDeps, key: Key, until: number, change: Partial<LogStreamsTable>) {
  await db
    .updateTable('log_streams')
    .set({ ...change, claimed_until: 0 })
    .where('tenant_id', '=', key.tenant_id)
    .where('log_stream_id', '=', key.log_stream_id)
    .where('claimed_until', '=', until)
    .execute()
}

function afterFailure(row: LogStreamsTable, error: string, now: number): Partial<LogStreamsTable> {
  const failing_since = row.failing_since ?? now
  const pause_ms = pauses_ms[Math.min(row.attempts, pauses_ms.length - 1)] ?? 0
  return {
    attempts: row.attempts + 1,
    next_attempt_at: now + pause_ms,
    failing_since,
    last_failure_at: now,
    last_error: error,
    ...(now - failing_since >= suspended_after_ms ? { status: 'suspended' } : {}),
  }
}

/** The last log event before which everything is delivered. An event and the move that it tells of are delivered together. */
function checkpointBefore(undelivered: StreamEvent | undefined, events: readonly LogEvent[], before: string): string {
  const next = events.findIndex(({ log_id }) => undelivered?.log_id.startsWith(log_id) === true)
  return (next < 0 ? events.at(-1) : events[next - 1])?.log_id ?? before
}

/** Delivers the next events of a stream. Returns whether there may be more. */
async function deliverNext(deps: DeliverLogStreamsDeps, tenant_name: string, row: LogStreamsTable): Promise<boolean> {
  const { tenant_id, checkpoint: from } = row
  const read = { kind: 'checkpoint', from, take: events_at_once } as const
  const events = await listEventsAfter(deps.db, { tenant_id, name: tenant_name, shows_admins: false }, read)
  if (events.length === 0) return false
  const until = await claim(deps, row)
  if (until === undefined) return false
  const sink = openSink(deps.sealer, row)
  const chosen = await streamEvents(deps.db, tenant_id, events, categoriesOf(row))
  const began_at = performance.now()
  let delivered = 0
  let error: string | undefined
  for (const request of requestsOf(sink.httpContentFormat, chosen)) {
    error = await postEvents(deps, row, sink, request)
    if (error !== undefined) break
    delivered += request.events.length
    if (performance.now() - began_at > attempt_max_ms - answer_timeout_ms) break
  }
  const now = deps.clock.now()
  const is_complete = delivered === chosen.length
  const progress = {
    checkpoint: checkpointBefore(chosen[delivered], events, row.checkpoint),
    delivered: row.delivered + delivered,
  }
  const succeeded = { attempts: 0, failing_since: null, last_error: null, last_success_at: now, next_attempt_at: now }
  const reported = chosen.length === 0 ? {} : succeeded
  await settle(deps, row, until, {
    ...progress,
    ...(error === undefined ? reported : afterFailure(row, error, now)),
  })
  if (error !== undefined) {
    deps.log.warn({ tenant_id, log_stream_id: row.log_stream_id, reason: error }, 'a log stream was not delivered')
    return false
  }
  return !is_complete || events.length === events_at_once
}

/**
 * Starts the delivery of the log streams of every tenant. Several processes may deliver from one store: each stream is served by one of
 * them at a time. Tenants take turns, so that a slow webhook delays no other tenant's.
 */
export function startLogStreams(deps: DeliverLogStreamsDeps): LogStreamDelivery {
  const queue = createFairQueue({ at_once: requests_at_once, at_once_per_key: requests_per_tenant })
  const pending = new Map<string, Promise<void>>()
  let closed = false
  let rounds: Promise<void> = Promise.resolve()
  // A round continues where the one before it ended: an idle stream stays due, and must not keep the others from their turn.
  let continue_after: Key | undefined

  async function deliver(row: LogStreamsTable): Promise<void> {
    const tenant = await deps.db
      .selectFrom('tenants')
      .select('name')
      .where('tenant_id', '=', row.tenant_id)
      .executeTakeFirst()
    if (closed || !tenant) return
    if (await deliverNext(deps, tenant.name, row)) wake()
  }

  async function round(): Promise<void> {
    if (closed) return
    const due = await dueStreams(deps, continue_after)
    continue_after = due.length === streams_at_once ? due.at(-1) : undefined
    for (const row of due) {
      if (pending.has(row.log_stream_id)) continue
      const running = queue
        .add(row.tenant_id, () => deliver(row))
        .catch((error: unknown) => deps.log.error({ err: error }, 'delivering a log stream failed and will be retried'))
        .finally(() => pending.delete(row.log_stream_id))
      pending.set(row.log_stream_id, running)
    }
  }

  function wake(): void {
    rounds = rounds
      .then(round)
      .catch((error: unknown) => deps.log.error({ err: error }, 'the log streams cannot be read; this is tried again'))
  }

  const timer = setInterval(wake, poll_ms).unref()
  return {
    wake,
    async close() {
      closed = true
      clearInterval(timer)
      await rounds
      await Promise.all(pending.values())
    },
  }
}
