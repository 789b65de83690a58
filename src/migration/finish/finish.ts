/**
 * Finish: ends the migration of a connection in steps. `no_op` replaces the scripts that look users up, `watch` counts who still comes, `convert` makes
 * the connection a local one, and `disconnect` wipes what is kept of the legacy store. It knows no HTTP; people who have not moved get in by
 * `src/login`.
 */
import type { AcceptedNumbers, finishStates } from '../../contract/finish.ts'
import type { FinishStep } from '../../contract/finish-steps.ts'
import type { ReportDay } from '../../contract/migration-report.ts'
import type { ScriptName } from '../../contract/action-scripts.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import { jobRow } from '../../store/jobs.ts'
import type { Db, FinishesTable, JobsTable, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'

/** The scripts that the no-ops replace. */
export const replaced_scripts = ['login', 'get_user'] as const satisfies ScriptName[]

/** The versions of the scripts before the no-ops; null where the connection had none. */
export type OriginalVersions = Record<(typeof replaced_scripts)[number], number | null>

/** What a watch has counted; `other_programs` is null where the sessions of the legacy store were not sampled in it. */
export type CountedNumbers = Record<'latecomers' | 'unknown_identifiers', number> & { other_programs: number | null }

/** What was wiped or kept, and how many of it. */
export type Counted = { what: string; count: number }

/** What the closing report says of the scripts on one day. */
export type ScriptDay = Pick<ReportDay, 'day' | 'calls' | 'outage_calls' | 'failed_calls' | 'versions'>

/**
 * What the steps found and did. `unknown_before`: the logins with unknown identifiers when the watch began. `script_days`: what disconnect keeps
 * of the calls and versions of scripts, for the closing report.
 */
export type FinishFacts = {
  watch?: { until: number; unknown_before: number; at_end?: CountedNumbers }
  wiped?: Counted[]
  kept?: Counted[]
  script_days?: ScriptDay[]
}

/** The finish of a connection. */
export type Finish = {
  step: FinishStep
  /** As it is stored: a step whose job failed is `running`. See `stateOf`. */
  state: 'running' | 'done' | 'exceeded'
  job_id: string
  original: OriginalVersions | null
  accepted: AcceptedNumbers
  facts: FinishFacts
  started_at: number
  step_started_at: number
  step_ended_at: number | null
}

function finishFromRow(row: FinishesTable): Finish {
  return {
    step: row.step as FinishStep,
    state: row.state as Finish['state'],
    job_id: row.job_id,
    original: row.original === null ? null : readJson<OriginalVersions>(row.original),
    accepted: readJson<AcceptedNumbers>(row.accepted),
    facts: readJson<FinishFacts>(row.facts),
    started_at: row.started_at,
    step_started_at: row.step_started_at,
    step_ended_at: row.step_ended_at,
  }
}

/** The finish of a connection, in progress or done; undefined where there is none. `finish_step` of a cached connection says the same of its step. */
export async function finishOf(
  db: Db | Transaction,
  { tenant_id, connection_id }: ConnectionKey,
): Promise<Finish | undefined> {
  const row = await db
    .selectFrom('finishes')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .executeTakeFirst()
  return row && finishFromRow(row)
}

/** Writes a finish, new or changed. */
export async function writeFinish(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  finish: Finish,
): Promise<void> {
  const row: FinishesTable = {
    ...finish,
    tenant_id,
    connection_id,
    original: finish.original === null ? null : writeJson(finish.original),
    accepted: writeJson(finish.accepted),
    facts: writeJson(finish.facts),
  }
  const { tenant_id: _tenant, connection_id: _connection, ...changed } = row
  await trx
    .insertInto('finishes')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(changed))
    .execute()
}

/** The job of the step of a finish; undefined once it was purged. */
export async function jobOfStep(
  db: Db | Transaction,
  tenant_id: string,
  { job_id }: Finish,
): Promise<JobsTable | undefined> {
  return await jobRow(db, { tenant_id, job_id })
}

/** The state of a step with that of its job: one that runs, and whose job has failed or is gone, has failed. */
export function stateOf({ state }: Finish, job: Pick<JobsTable, 'state'> | undefined): (typeof finishStates)[number] {
  if (state !== 'running') return state
  return job?.state === 'pending' || job?.state === 'running' ? 'running' : 'failed'
}
