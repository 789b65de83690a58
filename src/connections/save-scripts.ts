import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import { scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import type { ConnectionScript } from '../contract/connection-scripts.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SavedBy } from '../contract/script-version.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readCallStatsByScript } from '../logs/script-call-stats.ts'
import { writeJson } from '../store/json-column.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { checkScripts, logScriptWarnings, missingScripts } from './check-scripts.ts'
import { connectionById, connectionFromRow, openScript, type Connection } from './connection.ts'
import { requireNoFinish } from './finish-guard.ts'
import { scriptUnit } from './run-action-script.ts'
import type { SavedConnection, SaveConnectionDeps } from './save-connection.ts'
import { eventsOf } from './script-matrix.ts'
import { addScriptVersions, currentVersions, showOrigin, type ListVersionsDeps } from './script-versions.ts'
import { sealScripts } from './seal-scripts.ts'

/** A script to save, or null to remove it. `replaces`: the version that the caller has read; absent where any may be replaced. */
export type ScriptChange = { source: string | null; replaces?: number | null }

/** Scripts to save in a connection. */
export type ScriptsUpdate = {
  tenant_id: string
  connection_id: string
  scripts: Partial<Record<ScriptName, ScriptChange>>
  saved_by: SavedBy
  restored_from?: number
}

async function requireById(
  db: Db,
  { tenant_id, connection_id }: Pick<ScriptsUpdate, 'tenant_id' | 'connection_id'>,
): Promise<Connection> {
  const connection = await connectionById(db, tenant_id, connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  return connection
}

const changesOf = ({ scripts }: ScriptsUpdate): [ScriptName, ScriptChange][] =>
  scriptNames.flatMap((script): [ScriptName, ScriptChange][] => {
    const change = scripts[script]
    return change === undefined ? [] : [[script, change]]
  })

/** Requires that each script is still of the version that the caller has read. @throws {Refusal} `script_changed` */
async function requireReadVersions(db: Db, before: Connection, update: ScriptsUpdate): Promise<void> {
  const conditions = changesOf(update).filter(([, { replaces }]) => replaces !== undefined)
  if (conditions.length === 0) return
  const current = await currentVersions(db, before)
  for (const [script, { replaces }] of conditions) {
    const saved = current.get(script)
    if ((saved?.version ?? null) === replaces) continue
    const by = saved?.user_name ?? saved?.client_id
    const now =
      saved === undefined
        ? 'was removed'
        : `is of version ${saved.version}, saved at ${isoTime(saved.saved_at)}${by === undefined || by === null ? '' : ` by ${by}`}`
    throw new Refusal('script_changed', { message: `The script ${script} ${now}: nothing was saved. Read it again.` })
  }
}

async function writeScripts(
  deps: SaveConnectionDeps,
  trx: Transaction,
  update: ScriptsUpdate,
): Promise<{ before: Connection; after: Connection }> {
  const { tenant_id, connection_id, saved_by, restored_from } = update
  const before = await requireById(trx, update)
  await requireReadVersions(trx, before, update)
  const changed = changesOf(update).filter(
    ([script, { source }]) => (openScript(deps.sealer, before, script) ?? null) !== source,
  )
  if (changed.length === 0) return { before, after: before }
  const names = changed.map(([script]) => script)
  requireNoFinish(before, names.map((script) => `the script ${script}`).join(', '))
  const kept = Object.entries(before.scripts_sealed).filter(([script]) => !names.includes(script as ScriptName))
  const sources = Object.fromEntries(
    changed.flatMap(([script, { source }]) => (source === null ? [] : [[script, source]])),
  )
  const row = await trx
    .updateTable('connections')
    .set({
      scripts_sealed: writeJson({ ...Object.fromEntries(kept), ...sealScripts(deps.sealer, before, sources) }),
      version: before.version + 1,
      updated_at: deps.clock.now(),
    })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const after = connectionFromRow(row)
  await addScriptVersions(trx, after, names, { saved_by, ...defined({ restored_from }) })
  return { before, after }
}

/**
 * Saves or removes scripts of a connection, all of them or none. New sources are checked like those of any saved connection; the other scripts
 * and the options stay as they are. Nothing is written where the connection has these sources already.
 *
 * @throws {Refusal} `inexistent_connection`, `script_changed`, `finish_in_progress`, `invalid_body` with the line of a syntax error
 */
export async function saveScripts(deps: SaveConnectionDeps, update: ScriptsUpdate): Promise<SavedConnection> {
  const { tenant_id, connection_id } = update
  const found = await requireById(deps.db, update)
  await requireReadVersions(deps.db, found, update)
  const sources = Object.fromEntries(
    changesOf(update).flatMap(([script, { source }]) =>
      source === null || openScript(deps.sealer, found, script) === source ? [] : [[script, source]],
    ),
  )
  const warnings = await checkScripts(deps, {
    tenant_id,
    connection_id,
    sources,
    has_context: found.options.enable_script_context === true,
  })
  const { before, after } = await inTransaction(deps.db, (trx) => writeScripts(deps, trx, update))
  if (after !== before) deps.scripts.recycle(scriptUnit(before))
  const script_warnings = [...warnings, ...missingScripts(after)]
  logScriptWarnings(deps, after, script_warnings)
  return { connection: after, script_warnings }
}

/** Every action script of a connection with its source, the events that run it and its calls of the last 24 hours. */
export async function listScripts(
  { db, clock, sealer, script_calls }: ListVersionsDeps & { sealer: Sealer },
  connection: Connection,
): Promise<ConnectionScript[]> {
  await script_calls.flush()
  const [current, callsOf] = await Promise.all([
    currentVersions(db, connection),
    readCallStatsByScript(db, connection, clock.now()),
  ])
  return scriptNames.map((script) => {
    const saved = current.get(script)
    return {
      script,
      source: openScript(sealer, connection, script) ?? null,
      version: saved?.version ?? null,
      ...(saved ? showOrigin(saved) : {}),
      runs_for: eventsOf(connection, script),
      last_24_h: callsOf(script),
    }
  })
}
