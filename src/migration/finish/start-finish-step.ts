import type { Clock } from '../../base/clock.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import type { SavedBy } from '../../contract/script-version.ts'
import { markFinishStep } from '../../connections/write-connection.ts'
import { finishSteps, type FinishStep } from '../../contract/finish-steps.ts'
import { watch_default_s, type AcceptedNumbers, type StartFinish } from '../../contract/finish.ts'
import { invalidBody, Refusal } from '../../contract/refusal.ts'
import { enqueueJob, newJobId } from '../../jobs/enqueue-job.ts'
import { readCounters } from '../../store/connection-counters.ts'
import { activeJobOfKinds, jobWithActiveFiles } from '../../store/connection-jobs.ts'
import { cancelJob } from '../../store/jobs.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { finishOf, jobOfStep, stateOf, writeFinish, type Finish } from './finish.ts'
import { tail_import } from '../directory/tail-import.ts'
import { legacy_activity } from '../legacy-activity/sample-legacy-activity.ts'
import { rehearsal } from '../rehearsal/run-rehearsal.ts'
import { countNotMoved } from './not-moved.ts'
import { countOtherPrograms } from './watch-numbers.ts'

/** The kind of the jobs that do the steps of a finish. */
export const migration_finish = 'migration_finish'

/** The input of such a job. `connection` is the name, for the answer. */
export type FinishInput = { connection_id: string; connection: string; step: FinishStep; saved_by: SavedBy }

/** Dependencies of starting a step. */
export type StartFinishDeps = { db: Db; clock: Clock; jobs: { wake(): void } }

/** A step to start, by whom. */
export type FinishStart = StartFinish & {
  tenant_id: string
  connection_id: string
  started_by: Omit<SavedBy, 'through'>
}

/** Refuses a request that does not repeat the name of the connection. @throws {Refusal} `finish_not_confirmed` */
export function requireConfirmation({ name }: Connection, confirm: string): void {
  if (confirm === name) return
  throw new Refusal('finish_not_confirmed', {
    message: `confirm must be the name of the connection, "${name}": read GET /api/v2/migrations/{connection_id}/preflight and …/finish first.`,
  })
}

const orderRefusal = (message: string): Refusal => new Refusal('finish_step_order', { message })

function requireFirst({ mode }: Connection, step: FinishStep): void {
  if (mode !== 'import') {
    throw orderRefusal(
      mode === 'local'
        ? 'The connection is local: it has no legacy store to leave.'
        : 'The connection is in legacy mode, in which no user has a password here. Turn options.import_mode on and let users move first.',
    )
  }
  if (step !== 'no_op') throw orderRefusal('The first step is no_op.')
}

/** The step after one that has ended. */
export const nextStep = (step: FinishStep): FinishStep | undefined => finishSteps[finishSteps.indexOf(step) + 1]

/** Refuses a step out of order. @throws {Refusal} `finish_step_order`, `finish_step_running`, `finish_numbers_exceeded` */
async function requireOrder(trx: Transaction, connection: Connection, finish: Finish | undefined, step: FinishStep) {
  if (!finish) return requireFirst(connection, step)
  const state = stateOf(finish, await jobOfStep(trx, connection.tenant_id, finish))
  const repeats = step === finish.step && (state === 'failed' || step === 'watch')
  if (repeats) return
  if (state === 'running') {
    // There is no way back from disconnect.
    const other_way = finish.step === 'disconnect' ? '' : ', or roll the finish back'
    throw new Refusal('finish_step_running', {
      message: `The step ${finish.step} runs (job ${finish.job_id}): wait for its end${other_way}.`,
    })
  }
  if (state === 'exceeded' && step === 'convert') {
    throw new Refusal('finish_numbers_exceeded', {
      message:
        'The watch ended with more latecomers, unknown identifiers or other programs than were accepted. Look at them, and start watch again, with accept where you accept more.',
    })
  }
  const next = state === 'done' ? nextStep(finish.step) : finish.step
  if (step === next) return
  throw orderRefusal(next === undefined ? 'The migration was finished: no step is left.' : `The next step is ${next}.`)
}

/** Refuses members that do not belong to a step. @throws {Refusal} `invalid_body` */
function requireMembers({ step, duration_s, accept }: StartFinish): void {
  if (duration_s !== undefined && step !== 'watch') throw invalidBody('It belongs to the step watch', 'duration_s')
  if (accept !== undefined && step !== 'watch' && step !== 'no_op')
    throw invalidBody('It belongs to the steps no_op and watch', 'accept')
}

/** The job of a load of the directory that is read or applied. */
async function loadingJob(trx: Transaction, { tenant_id, connection_id }: Connection): Promise<string | undefined> {
  const load = await trx
    .selectFrom('directory_loads')
    .select('job_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('state', 'in', ['reading', 'applying'])
    .executeTakeFirst()
  return load?.job_id
}

/** Refuses to wipe what jobs of the connection still need. @throws {Refusal} `finish_step_running` */
async function requireNoActiveJobs(trx: Transaction, connection: Connection): Promise<void> {
  const job_id =
    (await jobWithActiveFiles(trx, connection)) ??
    (await activeJobOfKinds(trx, connection, [tail_import, rehearsal, legacy_activity])) ??
    (await loadingJob(trx, connection))
  if (job_id === undefined) return
  throw new Refusal('finish_step_running', {
    message: `The job ${job_id} of this connection waits or runs, and disconnect would wipe what it needs: wait until it has ended, or cancel it.`,
  })
}

async function acceptedNumbers(
  trx: Transaction,
  { tenant_id, connection_id }: Connection,
  before: AcceptedNumbers | undefined,
  accept: StartFinish['accept'] = {},
): Promise<AcceptedNumbers> {
  const not_moved = countNotMoved(await readCounters(trx, tenant_id, connection_id)).total
  const other_programs = (await countOtherPrograms(trx, { tenant_id, connection_id }, 0)) ?? 0
  const standard = before ?? { latecomers: not_moved, unknown_identifiers: null, other_programs }
  return { ...standard, ...accept }
}

/** Starts a step in the caller's transaction. Returns the new finish, and the job of a watch that it replaces. */
async function startIn(trx: Transaction, deps: StartFinishDeps, start: FinishStart, job_id: string) {
  const { tenant_id, connection_id, step, confirm, started_by } = start
  const connection = await connectionById(trx, tenant_id, connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  const before = await finishOf(trx, connection)
  await requireOrder(trx, connection, before, step)
  requireMembers(start)
  requireConfirmation(connection, confirm)
  if (step === 'disconnect') await requireNoActiveJobs(trx, connection)
  const at = deps.clock.now()
  const until = step === 'watch' ? at + (start.duration_s ?? watch_default_s) * 1000 : at
  const { unknown_logins: unknown_before = 0 } = await readCounters(trx, tenant_id, connection_id)
  const finish: Finish = {
    step,
    state: 'running',
    job_id,
    original: before?.original ?? null,
    accepted: await acceptedNumbers(trx, connection, before?.accepted, start.accept),
    facts: step === 'watch' ? { ...before?.facts, watch: { until, unknown_before } } : (before?.facts ?? {}),
    started_at: before?.started_at ?? at,
    step_started_at: at,
    step_ended_at: null,
  }
  await writeFinish(trx, connection, finish)
  await markFinishStep(trx, connection, step)
  const input: FinishInput = {
    connection_id,
    connection: connection.name,
    step,
    saved_by: { ...started_by, through: 'finish' },
  }
  await enqueueJob(trx, { tenant_id, kind: migration_finish, input, at, run_at: until, job_id })
  return before?.step === 'watch' && before.state === 'running' ? before.job_id : undefined
}

/**
 * Starts a step of the finish of a connection, which a job does. From here on the scripts, the configuration and the mode of the connection
 * cannot change elsewhere.
 *
 * @returns the id of the job
 * @throws {Refusal} `inexistent_connection`, `finish_not_confirmed`, `finish_step_order`, `finish_step_running`, `finish_numbers_exceeded`,
 *   `invalid_body`
 */
export async function startFinishStep(deps: StartFinishDeps, start: FinishStart): Promise<string> {
  const job_id = newJobId()
  const replaced = await inTransaction(deps.db, (trx) => startIn(trx, deps, start, job_id))
  // Where the process ends before this, the job finds that the watch is another one.
  if (replaced !== undefined) await cancelJob(deps.db, start.tenant_id, replaced, deps.clock.now())
  deps.jobs.wake()
  return job_id
}
