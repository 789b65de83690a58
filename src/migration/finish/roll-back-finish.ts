import type { Clock } from '../../base/clock.ts'
import { connectionById, type Connection, type SealedScripts } from '../../connections/connection.ts'
import { scriptUnit } from '../../connections/run-action-script.ts'
import { addScriptVersions, findScriptVersion } from '../../connections/script-versions.ts'
import type { SavedBy } from '../../contract/script-version.ts'
import { writeConnection } from '../../connections/write-connection.ts'
import { Refusal } from '../../contract/refusal.ts'
import { recordEvent } from '../../logs/record-event.ts'
import type { ScriptRuntime } from '../../sandbox/script-runtime.ts'
import { cancelJob } from '../../store/jobs.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { finishOf, replaced_scripts, type Finish } from './finish.ts'
import { requireConfirmation } from './start-finish-step.ts'

/** Dependencies of a rollback. */
export type RollBackDeps = { db: Db; clock: Clock; scripts: Pick<ScriptRuntime, 'recycle'> }

/** A rollback, by whom. */
export type Rollback = {
  tenant_id: string
  connection_id: string
  confirm: string
  rolled_back_by: Omit<SavedBy, 'through'>
}

/** Brings the scripts of before the no-ops back, each as a version of its own. Without no-ops they are still there. */
async function restoreOriginals(
  trx: Transaction,
  deps: RollBackDeps,
  before: Connection,
  { original }: Finish,
  saved_by: SavedBy,
): Promise<void> {
  const scripts_sealed: SealedScripts = { ...before.scripts_sealed }
  for (const script of original ? replaced_scripts : []) {
    const version = original?.[script] ?? null
    if (version === null) delete scripts_sealed[script]
    else scripts_sealed[script] = (await findScriptVersion(trx, before, script, version)).source_sealed
  }
  const options = { ...before.options, enabledDatabaseCustomization: true, import_mode: true }
  const after = await writeConnection(trx, deps, before, { options, scripts_sealed, finish_step: null })
  for (const script of original ? replaced_scripts : []) {
    const restored_from = original?.[script] ?? null
    if (restored_from !== null) await addScriptVersions(trx, after, [script], { saved_by, restored_from })
  }
}

async function rollBackIn(
  trx: Transaction,
  deps: RollBackDeps,
  { tenant_id, connection_id, confirm, rolled_back_by }: Rollback,
) {
  const connection = await connectionById(trx, tenant_id, connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  const finish = await finishOf(trx, connection)
  if (!finish) throw new Refusal('no_finish')
  if (finish.step === 'disconnect') throw new Refusal('finish_disconnected')
  requireConfirmation(connection, confirm)
  await restoreOriginals(trx, deps, connection, finish, { ...rolled_back_by, through: 'finish' })
  for (const table of ['finishes', 'latecomers'] as const) {
    await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('connection_id', '=', connection_id).execute()
  }
  await recordEvent(trx, tenant_id, deps.clock.now(), {
    type: 'sapi',
    description: `Finish: rolled back from ${finish.step}`,
    connection_id,
    connection: connection.name,
    details: { finish: { step: finish.step, rolled_back: true } },
  })
  return { connection, finish }
}

/**
 * Rolls a finish back: the scripts, import mode and changes of the connection are as before it. Users who have moved stay here, with their passwords.
 *
 * @throws {Refusal} `inexistent_connection`, `no_finish`, `finish_disconnected`, `finish_not_confirmed`
 */
export async function rollBackFinish(deps: RollBackDeps, rollback: Rollback): Promise<void> {
  const { connection, finish } = await inTransaction(deps.db, (trx) => rollBackIn(trx, deps, rollback))
  deps.scripts.recycle(scriptUnit(connection))
  // The job of a step that runs finds no finish: canceled, it does not wait for its time.
  await cancelJob(deps.db, rollback.tenant_id, finish.job_id, deps.clock.now())
}
