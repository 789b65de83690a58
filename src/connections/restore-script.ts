import type { ScriptName } from '../contract/action-scripts.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SavedBy } from '../contract/script-version.ts'
import { connectionById } from './connection.ts'
import type { SavedConnection, SaveConnectionDeps } from './save-connection.ts'
import { saveScripts } from './save-scripts.ts'
import { findScriptVersion, openVersion } from './script-versions.ts'

/** A version to save again. */
export type Restored = {
  tenant_id: string
  connection_id: string
  script: ScriptName
  version: number
  saved_by: SavedBy
}

/**
 * Saves the source of an earlier version of a script again, as a new version. It is checked like any saved script; the other scripts and the
 * options stay as they are. Nothing is written where the connection has this source already.
 *
 * @throws {Refusal} `inexistent_connection`, `inexistent_script_version`, `finish_in_progress`, `invalid_body` with the line of a syntax error
 */
export async function restoreScriptVersion(deps: SaveConnectionDeps, restored: Restored): Promise<SavedConnection> {
  const { tenant_id, connection_id, script, version, saved_by } = restored
  const connection = await connectionById(deps.db, tenant_id, connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  const source = openVersion(deps.sealer, await findScriptVersion(deps.db, connection, script, version))
  const scripts = { [script]: { source } }
  return await saveScripts(deps, { tenant_id, connection_id, scripts, saved_by, restored_from: version })
}
