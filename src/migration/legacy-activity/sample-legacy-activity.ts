import type { Clock } from '../../base/clock.ts'
import { engineOfAddress } from '../../connections/assistant/inspect-store.ts'
import { InspectionFailed, openInspection, type RunPlanDeps } from '../../connections/assistant/run-plan.ts'
import { connectionById, openConfiguration, type Connection } from '../../connections/connection.ts'
import type { LegacyProgram } from '../../contract/legacy-activity.ts'
import { JobFailed, type JobHandler, type RunningJob } from '../../jobs/job.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import type { Db, LegacyActivitiesTable, Transaction } from '../../store/tables.ts'
import type { PrivateNetworks } from '../../tenants/private-networks.ts'
import { addSample } from './add-sample.ts'
import { readSample, type Sample } from './read-sample.ts'
import { sampleSteps } from './session-statements.ts'

/** The kind of the jobs that sample the sessions of legacy stores. */
export const legacy_activity = 'legacy_activity'

/** The input of such a job: the rest is in the row of the connection. */
export type LegacyActivityInput = { connection_id: string; connection: string }

/** Dependencies of the job. */
export type SampleLegacyActivityDeps = RunPlanDeps & {
  db: Db
  clock: Clock
  sealer: Sealer
  mayReachPrivateNetworks: PrivateNetworks
}

type ActivityJob = RunningJob<LegacyActivityInput, { samples: number }>

const error_max = 500

async function takeSample(
  deps: SampleLegacyActivityDeps,
  connection: Connection,
): Promise<Sample | { kind: 'failed'; message: string }> {
  const { tenant_id, options } = connection
  const configuration = openConfiguration(deps.sealer, connection)
  const engine = engineOfAddress(configuration['DATABASE_URL'])
  const egress = {
    mode: options.egress?.mode ?? 'open',
    allow: options.egress?.allow ?? [],
    private_networks: await deps.mayReachPrivateNetworks(tenant_id),
  }
  const { run, end } = await openInspection(deps, { tenant_id, configuration, egress })
  try {
    return readSample(await run(sampleSteps(engine)))
  } catch (error) {
    if (!(error instanceof InspectionFailed)) throw error
    return { kind: 'failed', message: error.message.slice(0, error_max) }
  } finally {
    end()
  }
}

/** The columns of the row after a sample. */
function afterSample(row: LegacyActivitiesTable, sample: Awaited<ReturnType<typeof takeSample>>, at: number) {
  if (sample.kind === 'failed') {
    const last_error = 'message' in sample ? sample.message : `The database refused the statement: ${sample.code}.`
    return { failed_samples: row.failed_samples + 1, last_error }
  }
  const { programs, omitted } = addSample(readJson<LegacyProgram[]>(row.programs), sample.sessions, at)
  return {
    samples: row.samples + 1,
    programs: writeJson(programs),
    missing_grant: sample.missing_grant ?? null,
    has_program_names: sample.has_program_names ? (1 as const) : (0 as const),
    is_cut: omitted ? (1 as const) : row.is_cut,
  }
}

/** The row of the sampling that this job is; undefined where the connection was deleted, or another job has replaced it. */
async function rowOf(db: Db, { tenant_id, job_id, input }: ActivityJob): Promise<LegacyActivitiesTable | undefined> {
  return await db
    .selectFrom('legacy_activities')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', input.connection_id)
    .where('job_id', '=', job_id)
    .executeTakeFirst()
}

async function setRow(
  trx: Transaction,
  row: LegacyActivitiesTable,
  change: Partial<LegacyActivitiesTable>,
): Promise<void> {
  await trx
    .updateTable('legacy_activities')
    .set(change)
    .where('tenant_id', '=', row.tenant_id)
    .where('connection_id', '=', row.connection_id)
    .where('job_id', '=', row.job_id)
    .execute()
}

/**
 * Creates the handler: it takes a sample, and gives its worker up until the next one is due. A sample that fails is counted; the job fails
 * where none succeeded.
 */
export function createLegacyActivityJob(
  deps: SampleLegacyActivityDeps,
): JobHandler<LegacyActivityInput, { samples: number }> {
  return {
    waits_for_tenant: true,
    async run(job) {
      const connection = await connectionById(deps.db, job.tenant_id, job.input.connection_id)
      if (!connection) throw new JobFailed('The connection was deleted meanwhile.')
      const sample = await takeSample(deps, connection)
      let last: Partial<LegacyActivitiesTable> | undefined
      await job.commit(async (trx) => {
        const row = await rowOf(trx, job)
        if (!row) throw new JobFailed('The connection was deleted meanwhile.')
        const at = deps.clock.now()
        const change = afterSample(row, sample, at)
        const next_at = at + row.interval_ms
        const is_last = next_at > row.ends_at
        last = is_last ? { ...row, ...change } : undefined
        await setRow(trx, row, { ...change, ...(is_last ? { finished_at: at } : {}) })
        const total = row.ends_at - row.started_at
        return {
          cursor: { samples: last?.samples ?? row.samples },
          progress: { done: is_last ? total : Math.min(total, at - row.started_at), total },
          ...(is_last ? {} : { resume_at: next_at }),
        }
      })
      if (last?.samples === 0) throw new JobFailed(`No sample succeeded. ${last.last_error ?? ''}`.trim())
    },
  }
}
