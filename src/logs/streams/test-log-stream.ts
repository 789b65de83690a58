import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { TenantConnections } from '../../egress/tenant-connections.ts'
import type { Sealer } from '../../keys/sealer.ts'
import type { Db } from '../../store/tables.ts'
import { openSink } from './log-stream.ts'
import { logStreamRow } from './manage-log-streams.ts'
import { postEvents, requestsOf } from './post-events.ts'
import type { StreamEvent } from './stream-events.ts'

/** The dependencies of tests of log streams. */
export type TestLogStreamDeps = { db: Db; clock: Clock; sealer: Sealer; tenant_connections: TenantConnections }

/** The result of a test. `error`: why the event was not delivered. */
export type TestedLogStream = { is_delivered: boolean; error?: string; duration_ms: number }

/**
 * Posts one event of type `test` to the webhook of a log stream, whatever its status is. Its health, its checkpoint and its repetitions stay
 * as they are. It waits for the answer for 10 s.
 *
 * @throws {Refusal} `inexistent_log_stream`
 */
export async function testLogStream(
  deps: TestLogStreamDeps,
  tenant: { tenant_id: string; name: string },
  id: string,
): Promise<TestedLogStream> {
  const row = await logStreamRow(deps.db, tenant.tenant_id, id)
  const sink = openSink(deps.sealer, row)
  const at = deps.clock.now()
  const log_id = `test.${at}`
  const event: StreamEvent = {
    log_id,
    data: {
      log_id,
      type: 'test',
      date: isoTime(at),
      description: `A test of the log stream ${row.name}`,
      tenant_name: tenant.name,
    },
  }
  const began_at = performance.now()
  const [request = { body: '', events: [] }] = requestsOf(sink.httpContentFormat, [event])
  const error = await postEvents(deps, row, sink, request)
  return {
    is_delivered: error === undefined,
    ...defined({ error }),
    duration_ms: Math.round(performance.now() - began_at),
  }
}
