import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import { engineOfAddress } from '../../connections/assistant/inspect-store.ts'
import { openConfiguration, type Connection } from '../../connections/connection.ts'
import type { LegacyActivity, LegacyProgram } from '../../contract/legacy-activity.ts'
import { Refusal } from '../../contract/refusal.ts'
import { enqueueJob, newJobId } from '../../jobs/enqueue-job.ts'
import type { JobRunner } from '../../jobs/job-runner.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { readJson } from '../../store/json-column.ts'
import { jobRow } from '../../store/jobs.ts'
import type { Db, LegacyActivitiesTable } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { ConnectionKey } from '../find-records.ts'
import { legacy_activity, type LegacyActivityInput } from './sample-legacy-activity.ts'

const samples_wished = 240
const interval_min_ms = 5_000
const interval_max_ms = 300_000

async function activityRow(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
): Promise<LegacyActivitiesTable | undefined> {
  return await db
    .selectFrom('legacy_activities')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .executeTakeFirst()
}

/** Whether samples are still taken: not once the job has failed or was canceled. */
async function isSampling(db: Db, { tenant_id, job_id, finished_at }: LegacyActivitiesTable): Promise<boolean> {
  if (finished_at !== null) return false
  const job = await jobRow(db, { tenant_id, job_id })
  return job?.state === 'pending' || job?.state === 'running'
}

/** Whether the sessions of a connection's legacy store can be sampled: its address is that of a known kind of database. */
export function canBeSampled(sealer: Sealer, connection: Connection): boolean {
  try {
    engineOfAddress(openConfiguration(sealer, connection)['DATABASE_URL'])
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/**
 * Starts to sample which programs use a connection's legacy store, and returns the id of the job.
 *
 * @throws {Refusal} `invalid_body` where the configuration has no address of a known kind of database; `legacy_activity_running`
 */
export async function startLegacyActivity(
  deps: { db: Db; clock: Clock; sealer: Sealer; jobs: Pick<JobRunner, 'wake'> },
  connection: Connection,
  duration_s: number,
): Promise<string> {
  engineOfAddress(openConfiguration(deps.sealer, connection)['DATABASE_URL'])
  const { tenant_id, connection_id } = connection
  const interval_ms = Math.min(
    interval_max_ms,
    Math.max(interval_min_ms, Math.round((duration_s * 1000) / samples_wished)),
  )
  const job_id = newJobId()
  await inTransaction(deps.db, async (trx) => {
    const at = deps.clock.now()
    const last = await activityRow(trx, connection)
    if (last && (await isSampling(trx, last))) throw new Refusal('legacy_activity_running')
    const ends_at = at + duration_s * 1000
    const row = {
      job_id,
      started_at: at,
      ends_at,
      interval_ms,
      finished_at: null,
      samples: 0,
      failed_samples: 0,
      last_error: null,
      missing_grant: null,
      has_program_names: 1,
      is_cut: 0,
      programs: '[]',
    } as const
    await trx
      .insertInto('legacy_activities')
      .values({ tenant_id, connection_id, ...row })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(row))
      .execute()
    const input: LegacyActivityInput = { connection_id, connection: connection.name }
    await enqueueJob(trx, { tenant_id, kind: legacy_activity, input, at, job_id, progress_total: duration_s * 1000 })
  })
  deps.jobs.wake()
  return job_id
}

/** Which programs use a connection's legacy store, as the last sampling found it; undefined where there was none. */
export async function legacyActivityOf(db: Db, of: ConnectionKey): Promise<LegacyActivity | undefined> {
  const row = await activityRow(db, of)
  if (!row) return undefined
  const programs = readJson<LegacyProgram[]>(row.programs)
  return {
    job_id: row.job_id,
    state: (await isSampling(db, row)) ? 'sampling' : 'finished',
    started_at: isoTime(row.started_at),
    ends_at: isoTime(row.ends_at),
    interval_s: Math.round(row.interval_ms / 1000),
    samples: row.samples,
    failed_samples: row.failed_samples,
    has_program_names: row.has_program_names === 1,
    is_cut: row.is_cut === 1,
    programs: programs.toSorted((one, other) => (one.last_seen_at < other.last_seen_at ? 1 : -1)),
    ...defined({
      last_error: row.last_error ?? undefined,
      missing_grant: row.missing_grant ?? undefined,
    }),
  }
}
