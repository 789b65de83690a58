import { scriptUnit } from '../../connections/run-action-script.ts'
import { addScriptVersions, currentVersion } from '../../connections/script-versions.ts'
import { sealScripts } from '../../connections/seal-scripts.ts'
import { writeConnection } from '../../connections/write-connection.ts'
import type { JobHandler } from '../../jobs/job.ts'
import type { Transaction } from '../../store/tables.ts'
import { disconnect } from './disconnect.ts'
import { replaced_scripts, type OriginalVersions } from './finish.ts'
import { no_op_scripts } from './no-op-scripts.ts'
import { endStep, ownFinish, type FinishJob, type FinishJobDeps, type OwnFinish } from './own-finish.ts'
import type { FinishInput } from './start-finish-step.ts'
import { watchNumbers } from './watch-numbers.ts'
import type { WipeCursor } from './wipe.ts'

const all_done = { cursor: null, progress: { done: 1, total: 1 } } as const

/** Runs the one transaction of a step. Returns what it returns; undefined where the step had ended before. */
async function inOneStep<T>(
  job: FinishJob,
  work: (trx: Transaction, own: OwnFinish) => Promise<T>,
): Promise<T | undefined> {
  let result: T | undefined
  await job.commit(async (trx) => {
    const own = await ownFinish(trx, job)
    result = own && (await work(trx, own))
    return all_done
  })
  return result
}

async function replaceByNoOps(deps: FinishJobDeps, job: FinishJob): Promise<void> {
  const before = await inOneStep(job, async (trx, own) => {
    const { connection } = own
    const original: OriginalVersions = {
      login: await currentVersion(trx, connection, 'login'),
      get_user: await currentVersion(trx, connection, 'get_user'),
    }
    const no_ops = sealScripts(deps.sealer, connection, no_op_scripts)
    const after = await writeConnection(trx, deps, connection, {
      scripts_sealed: { ...connection.scripts_sealed, ...no_ops },
    })
    await addScriptVersions(trx, after, replaced_scripts, { saved_by: job.input.saved_by })
    await endStep(trx, deps, own, { original })
    return connection
  })
  if (before) deps.scripts.recycle(scriptUnit(before))
}

async function endWatch(deps: FinishJobDeps, job: FinishJob): Promise<void> {
  await inOneStep(job, async (trx, own) => {
    const { finish, connection } = own
    const numbers = await watchNumbers(trx, connection, finish)
    const { watch } = finish.facts
    if (!numbers || !watch) return
    const { latecomers, unknown_identifiers, other_programs, is_within } = numbers
    await endStep(trx, deps, own, {
      state: is_within ? 'done' : 'exceeded',
      facts: { ...finish.facts, watch: { ...watch, at_end: { latecomers, unknown_identifiers, other_programs } } },
    })
  })
}

async function convert(deps: FinishJobDeps, job: FinishJob): Promise<void> {
  const before = await inOneStep(job, async (trx, own) => {
    const { connection } = own
    const options = { ...connection.options, enabledDatabaseCustomization: false, import_mode: false }
    await writeConnection(trx, deps, connection, { options })
    await endStep(trx, deps, own)
    return connection
  })
  if (before) deps.scripts.recycle(scriptUnit(before))
}

/** Creates the handler of the jobs that do the steps of a finish. Each step but disconnect is one transaction. */
export function createFinishJob(deps: FinishJobDeps): JobHandler<FinishInput, WipeCursor | null> {
  const steps = { no_op: replaceByNoOps, watch: endWatch, convert, disconnect }
  return { run: async (job) => await steps[job.input.step](deps, job) }
}
