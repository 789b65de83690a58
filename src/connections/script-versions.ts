import type { Clock } from '../base/clock.ts'
import { isoTime } from '../base/time.ts'
import { scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SavedBy, ScriptVersion } from '../contract/script-version.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import { readCallStats } from '../logs/script-call-stats.ts'
import type { Sealer } from '../keys/sealer.ts'
import { scriptAad } from '../store/sealed-aad.ts'
import type { Db, ScriptVersionsTable, Transaction } from '../store/tables.ts'
import { openScript, type Connection } from './connection.ts'

/** The versions that are kept of each script; older ones are deleted. */
export const versions_kept = 50

/** The sources among `given` that differ from those of a connection, by script. */
export function changedSources(
  sealer: Sealer,
  before: Connection,
  given: ConnectionOptions['customScripts'] = {},
): NonNullable<ConnectionOptions['customScripts']> {
  const changed: typeof given = {}
  for (const script of scriptNames) {
    const source = given[script]
    if (source !== undefined && source !== openScript(sealer, before, script)) changed[script] = source
  }
  return changed
}

// All columns but the source.
const unsealed_columns = [
  'tenant_id',
  'connection_id',
  'script',
  'version',
  'saved_at',
  'saved_through',
  'client_id',
  'user_id',
  'user_name',
  'restored_from',
] as const

const ofScript = (db: Db, { tenant_id, connection_id }: Connection, script: ScriptName) =>
  db
    .selectFrom('script_versions')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('script', '=', script)

/** A version without its source. */
type UnsealedVersion = Omit<ScriptVersionsTable, 'source_sealed'>

/** The versions that a connection runs, without their sources, by script. */
export async function currentVersions(db: Db, connection: Connection): Promise<Map<ScriptName, UnsealedVersion>> {
  const { tenant_id, connection_id, scripts_sealed } = connection
  const rows = await db
    .selectFrom('script_versions')
    .select(unsealed_columns)
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('version', '=', (newest) =>
      newest
        .selectFrom('script_versions as others')
        .select((row) => row.fn.max('others.version').as('version'))
        .where('others.tenant_id', '=', tenant_id)
        .where('others.connection_id', '=', connection_id)
        .whereRef('others.script', '=', 'script_versions.script'),
    )
    .execute()
  const current = rows.map((row): [ScriptName, UnsealedVersion] => [row.script as ScriptName, row])
  return new Map(current.filter(([script]) => scripts_sealed[script] !== undefined))
}

/** The version of a script that a connection runs; null where it has none. */
export async function currentVersion(
  trx: Transaction,
  connection: Connection,
  script: ScriptName,
): Promise<number | null> {
  return (await currentVersions(trx, connection)).get(script)?.version ?? null
}

async function deleteOldVersions(trx: Transaction, connection: Connection, script: ScriptName): Promise<void> {
  const newest_deleted = await ofScript(trx, connection, script)
    .select('version')
    .orderBy('version', 'desc')
    .offset(versions_kept)
    .limit(1)
    .executeTakeFirst()
  if (!newest_deleted) return
  for (const table of ['script_versions', 'script_calls'] as const) {
    await trx
      .deleteFrom(table)
      .where('tenant_id', '=', connection.tenant_id)
      .where('connection_id', '=', connection.connection_id)
      .where('script', '=', script)
      .where('version', '<=', newest_deleted.version)
      .execute()
  }
}

/**
 * Adds versions of scripts to a saved connection, in the transaction that saves it, and deletes the oldest beyond 50 of each script; none
 * where the finish saves a script, so that it replaces none of those that people saved. Their number is the version of the connection, so that
 * the version of any call is known by the connection that it was made with.
 */
export async function addScriptVersions(
  trx: Transaction,
  connection: Connection,
  scripts: readonly ScriptName[],
  { saved_by, restored_from }: { saved_by: SavedBy; restored_from?: number },
): Promise<void> {
  const { tenant_id, connection_id, version, updated_at, scripts_sealed } = connection
  const { through, client_id = null, user_id = null, user_name = null } = saved_by
  const rows = scripts.flatMap((script): ScriptVersionsTable[] => {
    const source_sealed = scripts_sealed[script]
    if (source_sealed === undefined) return []
    const key = { tenant_id, connection_id, script, version, source_sealed }
    const saved = { saved_at: updated_at, saved_through: through, client_id, user_id, user_name }
    return [{ ...key, ...saved, restored_from: restored_from ?? null }]
  })
  if (rows.length === 0) return
  await trx.insertInto('script_versions').values(rows).execute()
  if (through === 'finish') return
  for (const script of scripts) await deleteOldVersions(trx, connection, script)
}

/** Who saved a version, and when, as the API shows it. */
export function showOrigin({
  saved_at,
  saved_through,
  client_id,
  user_id,
  user_name,
}: UnsealedVersion): Pick<ScriptVersion, 'saved_at' | 'saved_by'> {
  return {
    saved_at: isoTime(saved_at),
    saved_by: {
      through: saved_through as SavedBy['through'],
      ...(client_id === null ? {} : { client_id }),
      ...(user_id === null ? {} : { user_id }),
      ...(user_name === null ? {} : { user_name }),
    },
  }
}

function showVersion(
  row: UnsealedVersion,
  { is_current, calls }: Pick<ScriptVersion, 'is_current' | 'calls'>,
): ScriptVersion {
  const { version, restored_from } = row
  return {
    version,
    is_current,
    ...showOrigin(row),
    ...(restored_from === null ? {} : { restored_from }),
    calls,
  }
}

/** The dependencies of listing versions with their calls. */
export type ListVersionsDeps = { db: Db; clock: Clock; script_calls: Pick<ScriptCallLog, 'flush'> }

/**
 * The versions of a script, newest first, without their sources, with the counts of their calls. The newest is current while the connection
 * has the script.
 */
export async function listScriptVersions(
  { db, clock, script_calls }: ListVersionsDeps,
  connection: Connection,
  script: ScriptName,
): Promise<ScriptVersion[]> {
  const rows = await ofScript(db, connection, script).select(unsealed_columns).orderBy('version', 'desc').execute()
  await script_calls.flush()
  const { tenant_id, connection_id } = connection
  const callsOf = await readCallStats(db, { tenant_id, connection_id, script }, clock.now())
  const has_script = connection.scripts_sealed[script] !== undefined
  return rows.map((row, index) =>
    showVersion(row, { is_current: has_script && index === 0, calls: callsOf(row.version) }),
  )
}

/**
 * The row of one version of a script.
 *
 * @throws {Refusal} `inexistent_script_version`
 */
export async function findScriptVersion(
  db: Db,
  connection: Connection,
  script: ScriptName,
  version: number,
): Promise<ScriptVersionsTable> {
  const row = await ofScript(db, connection, script).selectAll().where('version', '=', version).executeTakeFirst()
  if (!row) throw new Refusal('inexistent_script_version')
  return row
}

/** The source of a version in the clear. Only for a reader of the connection. */
export function openVersion(sealer: Sealer, { tenant_id, connection_id, script, source_sealed }: ScriptVersionsTable) {
  return sealer.open(source_sealed, scriptAad(tenant_id, connection_id, script))
}
