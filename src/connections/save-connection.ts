import { newPrefixedId } from '../base/ids.ts'
import { mergeMetadata } from '../base/merge-metadata.ts'
import { scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import {
  newConnectionOptions,
  type ConnectionChange,
  type NewConnection,
  type ScriptWarning,
} from '../contract/connection-routes.ts'
import type { ConnectionSettings } from '../contract/connection-settings.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SavedBy } from '../contract/script-version.ts'
import { enqueueJob } from '../jobs/enqueue-job.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import { readCounters } from '../store/connection-counters.ts'
import { writeJson } from '../store/json-column.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { renamespaceLegacyIds } from '../store/renamespace-legacy-ids.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { checkNewAllowEntries } from './check-new-allow-entries.ts'
import { checkOptions, checkOptionsChange } from './check-options.ts'
import { checkScripts, logScriptWarnings, missingScripts, type CheckScriptsDeps } from './check-scripts.ts'
import { connectionById, connectionFromRow, type Connection, type StoredOptions } from './connection.ts'
import { disableClients, enableClients } from './connection-clients.ts'
import { requireKeptByFinish } from './finish-guard.ts'
import { identifierRules } from './identifier-rules.ts'
import { index_phone_numbers } from './index-phone-numbers.ts'
import { optionsAfter, optionsWith, storedOptions } from './options-after.ts'
import { checkPasswordRecipe } from './password-recipe.ts'
import { requireNoDirectoryLoad } from './require-no-directory-load.ts'
import { scriptUnit } from './run-action-script.ts'
import { addScriptVersions, changedSources } from './script-versions.ts'
import { originsAfter, sealConfiguration } from './seal-configuration.ts'
import { sealScripts } from './seal-scripts.ts'

/** The dependencies of writing connections. */
export type SaveConnectionDeps = CheckScriptsDeps & {
  scripts: Pick<ScriptRuntime, 'recycle'>
  db: Db
  sealer: Sealer
  mayReachPrivateNetworks: PrivateNetworks
}

async function insertRealms(trx: Transaction, connection: Connection, realms: readonly string[]): Promise<void> {
  const { tenant_id, connection_id, name } = connection
  const values = [...new Set([name, ...realms])].map((realm) => ({ tenant_id, realm, connection_id }))
  await trx.insertInto('connection_realms').values(values).execute()
}

function conflictOf(error: unknown): unknown {
  if (violatesUnique(error, 'connections')) return new Refusal('connection_exists')
  return violatesUnique(error, 'connection_realms') ? new Refusal('realm_taken') : error
}

/**
 * Inserts a connection, in the caller's transaction. A unique violation means that its name or a realm is taken.
 *
 * @throws {Refusal} `plan_required`, `invalid_body`
 */
export async function insertConnection(
  trx: Transaction,
  deps: Pick<SaveConnectionDeps, 'sealer' | 'clock'>,
  tenant: Tenant,
  input: NewConnection,
  saved_by: SavedBy,
  connection_id = newPrefixedId('con'),
): Promise<Connection> {
  const { tenant_id } = tenant
  const { name, strategy, options: given = {}, enabled_clients = [], metadata, ...data } = input
  const options: StoredOptions = { ...newConnectionOptions, ...storedOptions(given) }
  checkOptions(tenant, options)
  const configuration = sealConfiguration(deps.sealer, { tenant_id, connection_id, configuration_sealed: {} }, given)
  checkPasswordRecipe(options, Object.keys(configuration))
  const now = deps.clock.now()
  const row = {
    tenant_id,
    connection_id,
    name,
    strategy,
    options: writeJson(options),
    configuration_sealed: writeJson(configuration),
    configuration_origins: writeJson(
      originsAfter({ configuration_sealed: {}, configuration_origins: {} }, configuration, saved_by, now),
    ),
    scripts_sealed: writeJson(sealScripts(deps.sealer, { tenant_id, connection_id }, given.customScripts)),
    data: writeJson({ ...data, ...(metadata === undefined ? {} : { metadata: mergeMetadata({}, metadata) }) }),
    version: 1,
    foreign_hashes: null,
    finish_step: null,
    decisions: null,
    created_at: now,
    updated_at: now,
  }
  const connection = connectionFromRow(row)
  await trx.insertInto('connections').values(row).execute()
  await insertRealms(trx, connection, input.realms ?? [])
  await enableClients(trx, tenant_id, connection_id, enabled_clients)
  return connection
}

/** A connection that was saved, with the warnings about its new scripts. */
export type SavedConnection = { connection: Connection; script_warnings: ScriptWarning[] }

/**
 * Creates a connection. Its scripts are checked first.
 *
 * @throws {Refusal} `plan_required`, `connection_exists`, `realm_taken`, `invalid_body`
 */
export async function createConnection(
  deps: SaveConnectionDeps,
  tenant: Tenant,
  input: NewConnection,
  saved_by: SavedBy,
): Promise<SavedConnection> {
  const connection_id = newPrefixedId('con')
  const { customScripts: sources = {}, enable_script_context } = input.options ?? {}
  const has_context = enable_script_context === true
  await checkNewAllowEntries(deps.mayReachPrivateNetworks, tenant.tenant_id, input.options ?? {})
  const warnings = await checkScripts(deps, {
    tenant_id: tenant.tenant_id,
    connection_id,
    sources,
    has_context,
  })
  const connection = await inTransaction(deps.db, async (trx) => {
    const inserted = await insertConnection(trx, deps, tenant, input, saved_by, connection_id)
    await addScriptVersions(trx, inserted, scriptNames, { saved_by })
    return inserted
  }).catch((error: unknown) => {
    throw conflictOf(error)
  })
  const script_warnings = [...warnings, ...missingScripts(connection)]
  logScriptWarnings(deps, connection, script_warnings)
  return { connection, script_warnings }
}

/** The columns of a connection after a change, checked. */
async function changedColumns(
  deps: SaveConnectionDeps,
  trx: Transaction,
  { tenant, change, settings, force, saved_by }: ConnectionUpdate,
  before: Connection,
) {
  const { options: given, enabled_clients: _own_table, metadata, ...data } = change
  const options = settings ? optionsWith(before.options, settings) : optionsAfter(before, given)
  const configuration =
    given === undefined ? before.configuration_sealed : sealConfiguration(deps.sealer, before, given)
  const scripts = given === undefined ? before.scripts_sealed : sealScripts(deps.sealer, before, given.customScripts)
  requireKeptByFinish(deps.sealer, before, { options, configuration_sealed: configuration, scripts_sealed: scripts })
  if (given !== undefined || settings !== undefined) {
    checkOptions(tenant, options)
    checkOptionsChange(before.options, options, await readCounters(trx, before.tenant_id, before.connection_id), force)
    checkPasswordRecipe(options, Object.keys(configuration))
  }
  const now = deps.clock.now()
  return {
    options: writeJson(options),
    configuration_sealed: writeJson(configuration),
    configuration_origins: writeJson(originsAfter(before, configuration, saved_by, now)),
    scripts_sealed: writeJson(scripts),
    data: writeJson({
      ...before.data,
      ...data,
      ...(metadata === undefined ? {} : { metadata: mergeMetadata(before.data['metadata'], metadata) }),
    }),
    version: before.version + 1,
    updated_at: now,
  }
}

async function replaceRealms(trx: Transaction, connection: Connection, realms: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('connection_realms')
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .execute()
  await insertRealms(trx, connection, realms)
}

async function replaceClients(
  trx: Transaction,
  { tenant_id, connection_id }: Connection,
  client_ids: readonly string[],
): Promise<void> {
  await disableClients(trx, tenant_id, connection_id)
  await enableClients(trx, tenant_id, connection_id, client_ids)
}

/** Where users now log in with their phone numbers, a job makes the numbers of those who exist identifiers. */
async function indexNewIdentifiers(trx: Transaction, before: Connection, after: Connection, at: number): Promise<void> {
  const isActive = ({ options, mode }: Connection): boolean =>
    mode !== 'legacy' && identifierRules(options).phone_number.is_active
  if (isActive(before) || !isActive(after)) return
  const { tenant_id, connection_id } = after
  await enqueueJob(trx, { tenant_id, kind: index_phone_numbers, input: { connection_id }, at })
}

async function writeChange(
  deps: SaveConnectionDeps,
  trx: Transaction,
  update: ConnectionUpdate,
): Promise<{ before: Connection; after: Connection }> {
  const { tenant, connection_id, change, saved_by } = update
  const { tenant_id } = tenant
  const before = await connectionById(trx, tenant_id, connection_id)
  if (!before) throw new Refusal('inexistent_connection')
  const row = await trx
    .updateTable('connections')
    .set(await changedColumns(deps, trx, update, before))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const after = connectionFromRow(row)
  const changed = Object.keys(changedSources(deps.sealer, before, change.options?.customScripts)) as ScriptName[]
  await addScriptVersions(trx, after, changed, { saved_by })
  if (change.realms !== undefined) await replaceRealms(trx, after, change.realms)
  const { id_namespace: old_namespace } = before.options
  const { id_namespace: new_namespace } = after.options
  if (old_namespace !== new_namespace) {
    await requireNoDirectoryLoad(trx, tenant_id, connection_id)
    await renamespaceLegacyIds(trx, { tenant_id, connection_id }, old_namespace, new_namespace)
  }
  await indexNewIdentifiers(trx, before, after, deps.clock.now())
  const { enabled_clients } = change
  if (enabled_clients !== undefined && enabled_clients !== null) await replaceClients(trx, after, enabled_clients)
  return { before, after }
}

/** Checks the scripts of a change that differ from the stored ones. */
async function checkChangedScripts(
  deps: SaveConnectionDeps,
  { tenant, connection_id, change }: ConnectionUpdate,
): Promise<ScriptWarning[]> {
  const { tenant_id } = tenant
  const given = change.options?.customScripts
  if (given === undefined) return []
  const before = await connectionById(deps.db, tenant_id, connection_id)
  if (!before) throw new Refusal('inexistent_connection')
  const sources = changedSources(deps.sealer, before, given)
  const has_context = optionsAfter(before, change.options).enable_script_context === true
  return await checkScripts(deps, { tenant_id, connection_id, sources, has_context })
}

/** Checks the entries of `egress.allow` that a change adds. */
async function checkAddedEgress(
  { db, mayReachPrivateNetworks }: SaveConnectionDeps,
  { tenant: { tenant_id }, connection_id, change: { options } }: ConnectionUpdate,
): Promise<void> {
  if (options?.egress?.allow === undefined) return
  const before = await connectionById(db, tenant_id, connection_id)
  await checkNewAllowEntries(mayReachPrivateNetworks, tenant_id, options, before?.options)
}

/** Input for updating a connection. With `force`, import mode may be turned off although users have moved. */
export type ConnectionUpdate = {
  tenant: Tenant
  connection_id: string
  change: ConnectionChange
  /** Single options, instead of `change.options`, which replaces all of them. */
  settings?: ConnectionSettings
  force: boolean
  saved_by: SavedBy
}

/**
 * Updates a connection. `options` replaces the whole object. Changed scripts are checked first. Its next script call starts a new sandbox
 * process.
 *
 * @throws {Refusal} `inexistent_connection`, `plan_required`, `realm_taken`, `invalid_body`, `connection_has_users`,
 *   `import_mode_in_use`, `script_context_is_final`, `id_namespace_is_final`, `finish_in_progress`, `directory_load_in_progress`
 */
export async function updateConnection(deps: SaveConnectionDeps, update: ConnectionUpdate): Promise<SavedConnection> {
  await checkAddedEgress(deps, update)
  const warnings = await checkChangedScripts(deps, update)
  const write = inTransaction(deps.db, (trx) => writeChange(deps, trx, update))
  const { before, after } = await write.catch((error: unknown) => {
    throw conflictOf(error)
  })
  deps.scripts.recycle(scriptUnit(before))
  const script_warnings = [...warnings, ...missingScripts(after)]
  logScriptWarnings(deps, after, script_warnings)
  return { connection: after, script_warnings }
}
