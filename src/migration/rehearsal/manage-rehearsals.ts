import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import { newPrefixedId } from '../../base/ids.ts'
import { isoTime } from '../../base/time.ts'
import type { Connection } from '../../connections/connection.ts'
import type { NewRehearsal, Rehearsal } from '../../contract/rehearsal.ts'
import { Refusal } from '../../contract/refusal.ts'
import { enqueueJob } from '../../jobs/enqueue-job.ts'
import { readCounters } from '../../store/connection-counters.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import { cancelJob, jobRow } from '../../store/jobs.ts'
import type { Db, RehearsalsTable, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { requirePlan, type Tenant } from '../../tenants/tenant.ts'
import type { ConnectionKey } from '../find-records.ts'
import { durationOf, no_counts, type RehearsalCounts } from './rehearsal-counts.ts'
import { rehearsal, type RehearsalInput } from './run-rehearsal.ts'

type Options = NewRehearsal & { users: number }

const statuses = {
  pending: 'pending',
  running: 'processing',
  completed: 'completed',
  failed: 'failed',
  canceled: 'canceled',
} as const

/** The state of a rehearsal: that of its job or, where that was deleted, whether it was finished. */
async function statusOf(db: Db, row: RehearsalsTable): Promise<Rehearsal['status']> {
  const job = await jobRow(db, row)
  if (job) return statuses[job.state]
  return row.finished_at === null ? 'failed' : 'completed'
}

/** The counts of changes as an object: by the outcome before, and the one now. */
function changesOf({ changes }: RehearsalCounts): Rehearsal['changes'] {
  const shown: Rehearsal['changes'] = {}
  for (const [change, users] of Object.entries(changes)) {
    const [before = '', now = ''] = change.split(' > ')
    shown[before] = { ...shown[before], [now]: users }
  }
  return shown
}

const tenths = (value: number): number => Math.round(value * 10) / 10

async function showRehearsal(db: Db, row: RehearsalsTable): Promise<Rehearsal> {
  const { calls_per_second, sample, users } = readJson<Options>(row.options)
  const counts = readJson<RehearsalCounts>(row.counts)
  const { calls, active_ms, paused_ms, max_ms } = counts
  const { rehearsed, outcomes, refused_fields, dropped, cut, converted, hash_forms } = counts
  return {
    id: row.rehearsal_id,
    job_id: row.job_id,
    status: await statusOf(db, row),
    calls_per_second,
    ...defined({ sample }),
    users,
    rehearsed,
    outcomes,
    refused_fields,
    dropped,
    cut,
    converted,
    hash_forms,
    latency_ms: defined({
      p50: durationOf(counts, 0.5),
      p95: durationOf(counts, 0.95),
      p99: durationOf(counts, 0.99),
      max: calls === 0 ? undefined : Math.round(max_ms),
    }),
    calls,
    ...defined({ held_calls_per_second: active_ms === 0 ? undefined : tenths((calls * 1000) / active_ms) }),
    paused_s: tenths(paused_ms / 1000),
    changes: changesOf(counts),
    created_at: isoTime(row.created_at),
    ...defined({
      started_at: row.started_at === null ? undefined : isoTime(row.started_at),
      finished_at: row.finished_at === null ? undefined : isoTime(row.finished_at),
    }),
  }
}

/** Refuses a second rehearsal of a connection. @throws {Refusal} `rehearsal_in_progress` */
async function requireNone(trx: Transaction, { tenant_id, connection_id }: ConnectionKey): Promise<void> {
  const last = await trx
    .selectFrom('rehearsals')
    .innerJoin('jobs', (join) =>
      join.onRef('jobs.tenant_id', '=', 'rehearsals.tenant_id').onRef('jobs.job_id', '=', 'rehearsals.job_id'),
    )
    .select('rehearsals.rehearsal_id')
    .where('rehearsals.tenant_id', '=', tenant_id)
    .where('rehearsals.connection_id', '=', connection_id)
    .where('jobs.state', 'in', ['pending', 'running'])
    .executeTakeFirst()
  if (last) throw new Refusal('rehearsal_in_progress')
}

/** The users of the directory who are not gone, from its counters. */
async function countListed(trx: Transaction, { tenant_id, connection_id }: ConnectionKey): Promise<number> {
  const counters = await readCounters(trx, tenant_id, connection_id)
  return (counters['directory:records'] ?? 0) - (counters['directory:gone'] ?? 0)
}

/** The dependencies of starting a rehearsal. */
export type StartRehearsalDeps = { db: Db; clock: Clock; jobs: { wake(): void } }

/**
 * Starts a rehearsal of the users of the directory who are not gone, or of a sample of them.
 *
 * @throws {Refusal} `rehearsal_in_progress`, `no_directory`, `decisions_need_import_mode`, `plan_required`, `script_missing`
 */
export async function startRehearsal(
  deps: StartRehearsalDeps,
  tenant: Tenant,
  connection: Connection,
  { calls_per_second, sample }: NewRehearsal,
): Promise<{ id: string; job_id: string }> {
  if (connection.mode !== 'import') throw new Refusal('rehearsal_needs_import_mode')
  requirePlan(tenant, 'import_mode')
  if (connection.scripts_sealed.get_user === undefined) {
    throw new Refusal('script_missing', { message: 'A rehearsal runs get_user: the connection has no such script.' })
  }
  const { tenant_id, connection_id } = connection
  const of = { tenant_id, connection_id }
  const rehearsal_id = newPrefixedId('reh')
  const job_id = await inTransaction(deps.db, async (trx) => {
    await requireNone(trx, of)
    const listed = await countListed(trx, of)
    if (listed === 0) throw new Refusal('no_directory')
    const users = Math.min(listed, sample ?? listed)
    const at = deps.clock.now()
    const input: RehearsalInput = { connection_id, connection: connection.name, rehearsal_id, calls_per_second, users }
    const enqueued = await enqueueJob(trx, { tenant_id, kind: rehearsal, input, at, progress_total: users })
    await trx
      .insertInto('rehearsals')
      .values({
        ...of,
        rehearsal_id,
        job_id: enqueued,
        options: writeJson({ calls_per_second, ...defined({ sample }), users }),
        counts: writeJson(no_counts),
        created_at: at,
        started_at: null,
        finished_at: null,
      })
      .execute()
    return enqueued
  })
  deps.jobs.wake()
  return { id: rehearsal_id, job_id }
}

async function rowOf(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  rehearsal_id: string,
): Promise<RehearsalsTable> {
  return await db
    .selectFrom('rehearsals')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('rehearsal_id', '=', rehearsal_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_rehearsal'))
}

/** A rehearsal with its report so far. @throws {Refusal} `inexistent_rehearsal` */
export async function readRehearsal(db: Db, of: ConnectionKey, rehearsal_id: string): Promise<Rehearsal> {
  return await showRehearsal(db, await rowOf(db, of, rehearsal_id))
}

const listed_max = 20

/** The last 20 rehearsals of a connection, the newest first. */
export async function listRehearsals(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<Rehearsal[]> {
  const rows = await db
    .selectFrom('rehearsals')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .orderBy('created_at', 'desc')
    .limit(listed_max)
    .execute()
  return await Promise.all(rows.map((row) => showRehearsal(db, row)))
}

/** Cancels a rehearsal, which ends after its current step. @throws {Refusal} `inexistent_rehearsal` */
export async function cancelRehearsal(
  { db, clock }: { db: Db; clock: Clock },
  of: ConnectionKey,
  rehearsal_id: string,
): Promise<void> {
  const { tenant_id, job_id } = await rowOf(db, of, rehearsal_id)
  await cancelJob(db, tenant_id, job_id, clock.now())
}
