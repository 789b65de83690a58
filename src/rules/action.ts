import { isoTime } from '../base/time.ts'
import type { Action as ShownAction, ActionVersion as ShownVersion } from '../contract/action.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readJson } from '../store/json-column.ts'
import { actionCodeAad, actionSecretAad } from '../store/sealed-aad.ts'
import type { ActionsTable, ActionVersionsTable, Db } from '../store/tables.ts'

/** The sealed secrets of an action by their names, with the times in epoch milliseconds when they were set. */
export type SealedSecrets = Record<string, { sealed: string; updated_at: number }>

/** The secrets of an action or of one of its versions, sealed. */
export const secretsOf = ({ secrets }: Pick<ActionsTable, 'secrets'>): SealedSecrets => readJson<SealedSecrets>(secrets)

type SealedCode = Pick<ActionVersionsTable, 'tenant_id' | 'action_id' | 'code_sealed'>

/** The code of an action or of one of its versions in the clear. Only for a call, and for a reader of the action. */
export function openCode(sealer: Sealer, { tenant_id, action_id, code_sealed }: SealedCode): string {
  return sealer.open(code_sealed, actionCodeAad(tenant_id, action_id))
}

/** The secrets in the clear, by name. Only for a call. */
export function openSecrets(
  sealer: Sealer,
  row: Pick<ActionVersionsTable, 'tenant_id' | 'action_id' | 'secrets'>,
): Record<string, string> {
  const { tenant_id, action_id } = row
  return Object.fromEntries(
    Object.entries(secretsOf(row)).map(([name, { sealed }]) => [
      name,
      sealer.open(sealed, actionSecretAad(tenant_id, action_id, name)),
    ]),
  )
}

function showSource(
  sealer: Sealer,
  source: ActionsTable | ActionVersionsTable,
  action: ActionsTable,
  saved_at: number,
) {
  return {
    code: openCode(sealer, source),
    dependencies: readJson<ShownAction['dependencies']>(source.dependencies),
    runtime: source.runtime,
    secrets: Object.entries(secretsOf(source)).map(([name, { updated_at }]) => ({
      name,
      updated_at: isoTime(updated_at),
    })),
    status: 'built',
    built_at: isoTime(saved_at),
    created_at: isoTime(source.created_at),
    updated_at: isoTime(saved_at),
    supported_triggers: [{ id: action.trigger_id, version: action.trigger_version }],
  }
}

/** A version of an action as the API shows it. */
export function showVersion(sealer: Sealer, action: ActionsTable, version: ActionVersionsTable): ShownVersion {
  const { action_id, name, deployed_version_id } = action
  return {
    id: version.version_id,
    action_id,
    number: version.version_number,
    deployed: version.version_id === deployed_version_id,
    action: { id: action_id, name },
    ...showSource(sealer, version, action, version.created_at),
  }
}

/** An action as the API shows it, with the version that runs, if there is one. */
export function showAction(
  sealer: Sealer,
  action: ActionsTable,
  deployed: ActionVersionsTable | undefined,
): ShownAction {
  return {
    id: action.action_id,
    name: action.name,
    ...showSource(sealer, action, action, action.updated_at),
    all_changes_deployed: action.is_changed === 0,
    ...(deployed === undefined ? {} : { deployed_version: showVersion(sealer, action, deployed) }),
  }
}

/**
 * The action with this id.
 *
 * @throws {Refusal} `inexistent_action`
 */
export async function actionById(db: Db, tenant_id: string, action_id: string): Promise<ActionsTable> {
  return await db
    .selectFrom('actions')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('action_id', '=', action_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_action'))
}

/** The versions that run of these actions, by the ids of the versions. */
export async function deployedVersions(
  db: Db,
  tenant_id: string,
  actions: readonly ActionsTable[],
): Promise<Map<string, ActionVersionsTable>> {
  const ids = actions.flatMap(({ deployed_version_id }) => deployed_version_id ?? [])
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('action_versions')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('version_id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.version_id, row]))
}

/** Actions as the API shows them, each with the version that runs. */
export async function showActions(
  { db, sealer }: { db: Db; sealer: Sealer },
  tenant_id: string,
  actions: readonly ActionsTable[],
): Promise<ShownAction[]> {
  const versions = await deployedVersions(db, tenant_id, actions)
  return actions.map((action) => showAction(sealer, action, versions.get(action.deployed_version_id ?? '')))
}
