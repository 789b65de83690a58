import type { Clock } from '../../base/clock.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import { JobFailed, type RunningJob } from '../../jobs/job.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { recordEvent } from '../../logs/record-event.ts'
import type { ScriptRuntime } from '../../sandbox/script-runtime.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { finishOf, writeFinish, type Finish } from './finish.ts'
import type { FinishInput } from './start-finish-step.ts'
import type { WipeCursor } from './wipe.ts'

/** Dependencies of the jobs of a finish. */
export type FinishJobDeps = { db: Db; clock: Clock; sealer: Sealer; scripts: Pick<ScriptRuntime, 'recycle'> }

/** A job of a step. */
export type FinishJob = RunningJob<FinishInput, WipeCursor | null>

/** The connection and the finish that a job works on. */
export type OwnFinish = { connection: Connection; finish: Finish }

/**
 * The finish of a job's step, read in the transaction that writes. Undefined where the step has ended: the process was killed after that.
 *
 * @throws {JobFailed} where the finish was rolled back, the watch was replaced, or the connection was deleted
 */
export async function ownFinish(
  trx: Transaction,
  { tenant_id, job_id, input }: FinishJob,
): Promise<OwnFinish | undefined> {
  const connection = await connectionById(trx, tenant_id, input.connection_id)
  if (!connection) throw new JobFailed('The connection was deleted meanwhile.')
  const finish = await finishOf(trx, connection)
  if (finish?.job_id !== job_id) throw new JobFailed('The finish was rolled back, or the step was started again.')
  return finish.state === 'running' ? { connection, finish } : undefined
}

/** Ends the step of a job: with its facts, and a log event. */
export async function endStep(
  trx: Transaction,
  { clock }: Pick<FinishJobDeps, 'clock'>,
  { connection, finish }: OwnFinish,
  change: Partial<Pick<Finish, 'state' | 'original' | 'facts'>> = {},
): Promise<void> {
  const at = clock.now()
  const ended: Finish = { ...finish, state: 'done', ...change, step_ended_at: at }
  await writeFinish(trx, connection, ended)
  const { step, state } = ended
  const { script_days: _days, ...facts } = ended.facts
  await recordEvent(trx, connection.tenant_id, at, {
    type: 'sapi',
    description: state === 'exceeded' ? `Finish: ${step} ended with more than was accepted` : `Finish: ${step} is done`,
    connection_id: connection.connection_id,
    connection: connection.name,
    details: { finish: { step, state, ...facts } },
  })
}
