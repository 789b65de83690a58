import type { JsonValue } from '../base/json.ts'
import { restoreScriptVersion } from '../connections/restore-script.ts'
import type { SaveConnectionDeps } from '../connections/save-connection.ts'
import { listScripts, saveScripts } from '../connections/save-scripts.ts'
import {
  findScriptVersion,
  listScriptVersions,
  openVersion,
  type ListVersionsDeps,
} from '../connections/script-versions.ts'
import { Refusal } from '../contract/refusal.ts'
import { connectionOf, showSaved } from './connection-handlers.ts'
import { inspectLegacyStore } from '../login/inspect-legacy-store.ts'
import { tryScript, type TryScriptDeps } from '../login/try-script.ts'
import { showTried } from './show-tried.ts'
import type { Handlers } from './handler.ts'
import { savedByToken } from './saved-by-token.ts'

/** Operations on the scripts of a connection. */
export function scriptHandlers(deps: SaveConnectionDeps & TryScriptDeps & ListVersionsDeps) {
  return {
    async listScripts({ tenant, params }) {
      return { scripts: await listScripts(deps, await connectionOf(deps.db, tenant, params.id)) }
    },

    async updateScripts({ tenant: { tenant_id }, params, body, token }) {
      const update = { tenant_id, connection_id: params.id, scripts: body.scripts, saved_by: savedByToken(token) }
      const { connection, script_warnings } = await saveScripts(deps, update)
      const scripts = await listScripts(deps, connection)
      return script_warnings.length === 0 ? { scripts } : { scripts, script_warnings }
    },

    async listScriptVersions({ tenant, params }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      return { versions: await listScriptVersions(deps, connection, params.script) }
    },

    async getScriptVersion({ tenant, params }) {
      const { script, version } = params
      const connection = await connectionOf(deps.db, tenant, params.id)
      const row = await findScriptVersion(deps.db, connection, script, version)
      const shown = (await listScriptVersions(deps, connection, script)).find((each) => each.version === version)
      if (!shown) throw new Refusal('inexistent_script_version')
      return { ...shown, source: openVersion(deps.sealer, row) }
    },

    async restoreScriptVersion({ tenant: { tenant_id }, params, token }) {
      const { id: connection_id, script, version } = params
      const restored = { tenant_id, connection_id, script, version, saved_by: savedByToken(token) }
      return await showSaved(deps, await restoreScriptVersion(deps, restored))
    },

    async tryScript({ tenant, params, body, caller }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      const { arguments: args, source, allow_writes = false } = body
      const { script } = params
      const tried = await tryScript(deps, {
        connection,
        script,
        args: args as JsonValue[],
        source,
        allow_writes,
        caller,
      })
      return showTried(tenant, connection, script, tried)
    },

    async inspectConnection({ tenant, params, body, caller }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      const { configuration = {}, settings = {}, allow = [], known_user } = body
      return await inspectLegacyStore(deps, { connection, configuration, settings, allow, known_user, caller })
    },
  } satisfies Partial<Handlers>
}
