import type { ScriptName } from '../contract/action-scripts.ts'
import { Refusal } from '../contract/refusal.ts'
import { writeJson } from '../store/json-column.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { checkScripts, logScriptWarnings } from './check-scripts.ts'
import { connectionById, connectionFromRow, openScript, type Connection } from './connection.ts'
import { requireNoFinish } from './finish-guard.ts'
import { scriptUnit } from './run-action-script.ts'
import type { SavedConnection, SaveConnectionDeps } from './save-connection.ts'
import { addScriptVersions, findScriptVersion, openVersion, type SavedBy } from './script-versions.ts'

/** A version to save again. */
export type Restored = {
  tenant_id: string
  connection_id: string
  script: ScriptName
  version: number
  saved_by: SavedBy
}

async function requireById(db: Transaction | SaveConnectionDeps['db'], restored: Restored): Promise<Connection> {
  const connection = await connectionById(db, restored.tenant_id, restored.connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  return connection
}

async function writeRestored(
  deps: SaveConnectionDeps,
  trx: Transaction,
  restored: Restored,
  { source, source_sealed }: { source: string; source_sealed: string },
): Promise<{ before: Connection; after: Connection }> {
  const { tenant_id, connection_id, script, version, saved_by } = restored
  const before = await requireById(trx, restored)
  if (openScript(deps.sealer, before, script) === source) return { before, after: before }
  requireNoFinish(before, `the script ${script}`)
  const row = await trx
    .updateTable('connections')
    .set({
      scripts_sealed: writeJson({ ...before.scripts_sealed, [script]: source_sealed }),
      version: before.version + 1,
      updated_at: deps.clock.now(),
    })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const after = connectionFromRow(row)
  await addScriptVersions(trx, after, [script], { saved_by, restored_from: version })
  return { before, after }
}

/**
 * Saves the source of an earlier version of a script again, as a new version. It is checked like any saved script; the other scripts and the
 * options stay as they are. Nothing is written where the connection has this source already.
 *
 * @throws {Refusal} `inexistent_connection`, `inexistent_script_version`, `finish_in_progress`, `invalid_body` with the line of a syntax error
 */
export async function restoreScriptVersion(deps: SaveConnectionDeps, restored: Restored): Promise<SavedConnection> {
  const { tenant_id, connection_id, script, version } = restored
  const found = await requireById(deps.db, restored)
  const row = await findScriptVersion(deps.db, found, script, version)
  const source = openVersion(deps.sealer, row)
  const script_warnings = await checkScripts(deps, {
    tenant_id,
    connection_id,
    sources: { [script]: source },
    has_context: found.options.enable_script_context === true,
  })
  const { source_sealed } = row
  const { before, after } = await inTransaction(deps.db, (trx) =>
    writeRestored(deps, trx, restored, { source, source_sealed }),
  )
  if (after !== before) deps.scripts.recycle(scriptUnit(before))
  logScriptWarnings(deps, after, script_warnings)
  return { connection: after, script_warnings }
}
