import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { ListPart } from '../base/page.ts'
import { action_triggers, actions_max, type ActionChange, type NewAction } from '../contract/action.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { writeJson } from '../store/json-column.ts'
import { actionCodeAad, actionSecretAad } from '../store/sealed-aad.ts'
import type { ActionsTable, ActionVersionsTable, Db, Transaction } from '../store/tables.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import { actionById, secretsOf, type SealedSecrets } from './action.ts'

/** Dependencies of saving actions. */
export type SaveActionDeps = { db: Db; clock: Clock; sealer: Sealer }

const default_runtime = 'node22'

/** Which actions of a list are wanted. */
export type ActionFilter = { trigger_id?: string; name?: string; deployed?: boolean }

/** A page of the actions of a tenant, oldest first. */
export async function listActions(
  db: Db,
  tenant_id: string,
  { trigger_id, name, deployed }: ActionFilter,
  { page, per_page }: { page: number; per_page: number },
): Promise<ListPart<ActionsTable>> {
  let query = db.selectFrom('actions').selectAll().where('tenant_id', '=', tenant_id)
  if (trigger_id !== undefined) query = query.where('trigger_id', '=', trigger_id)
  if (name !== undefined) query = query.where('name', '=', name)
  if (deployed !== undefined) query = query.where('deployed_version_id', deployed ? 'is not' : 'is', null)
  // A tenant has at most 100 actions.
  const rows = await query.orderBy('created_at').orderBy('action_id').execute()
  return { items: rows.slice(page * per_page, (page + 1) * per_page), total: rows.length }
}

/** Seals new secrets; those without a value keep the stored one. @throws {Refusal} `invalid_body` where there is none */
function sealSecrets(
  { sealer, clock }: Pick<SaveActionDeps, 'sealer' | 'clock'>,
  { tenant_id, action_id }: { tenant_id: string; action_id: string },
  given: NonNullable<ActionChange['secrets']>,
  stored: SealedSecrets,
): SealedSecrets {
  return Object.fromEntries(
    given.map(({ name, value }) => {
      if (value === undefined) {
        const kept = Object.hasOwn(stored, name) ? stored[name] : undefined
        if (!kept) throw invalidBody(`The secret ${name} has no value`, 'secrets')
        return [name, kept]
      }
      const sealed = sealer.seal(value, actionSecretAad(tenant_id, action_id, name))
      return [name, { sealed, updated_at: clock.now() }]
    }),
  )
}

function writeDependencies(given: NonNullable<ActionChange['dependencies']>): string {
  return writeJson(given.map(({ name, version = 'latest' }) => ({ name, version })))
}

type Triggers = NonNullable<ActionChange['supported_triggers']>

/** @throws {Refusal} `invalid_body` for a version that the trigger does not have */
function triggerOf([trigger]: Triggers): Pick<ActionsTable, 'trigger_id' | 'trigger_version'> {
  if (!trigger) throw invalidBody('An action has one trigger', 'supported_triggers')
  const versions: readonly string[] = action_triggers[trigger.id]
  const { version = versions[0] ?? '' } = trigger
  if (!versions.includes(version)) {
    throw invalidBody(`The trigger ${trigger.id} has the versions ${versions.join(', ')}`, 'supported_triggers')
  }
  return { trigger_id: trigger.id, trigger_version: version }
}

async function refusingConflicts<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw violatesUnique(error, 'actions') ? new Refusal('action_exists') : error
  }
}

async function isNameTaken(trx: Transaction, tenant_id: string, name: string): Promise<boolean> {
  const row = await trx
    .selectFrom('actions')
    .select('action_id')
    .where('tenant_id', '=', tenant_id)
    .where('name', '=', name)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Creates an action, which runs once it is deployed and bound.
 *
 * @throws {Refusal} `action_exists`; `invalid_body` for one action too many, a secret without a value, another version of the trigger
 */
export async function createAction(deps: SaveActionDeps, tenant_id: string, input: NewAction): Promise<ActionsTable> {
  const action_id = randomUUID()
  const at = deps.clock.now()
  const row: ActionsTable = {
    tenant_id,
    action_id,
    name: input.name,
    ...triggerOf(input.supported_triggers),
    code_sealed: deps.sealer.seal(input.code ?? '', actionCodeAad(tenant_id, action_id)),
    dependencies: writeDependencies(input.dependencies ?? []),
    secrets: writeJson(sealSecrets(deps, { tenant_id, action_id }, input.secrets ?? [], {})),
    runtime: input.runtime ?? default_runtime,
    deployed_version_id: null,
    is_changed: 1,
    created_at: at,
    updated_at: at,
  }
  return await refusingConflicts(() =>
    inTransaction(deps.db, async (trx) => {
      const { total = 0 } = await listActions(trx, tenant_id, {}, { page: 0, per_page: 0 })
      if (total >= actions_max) throw invalidBody(`A tenant may have ${actions_max} actions`)
      if (await isNameTaken(trx, tenant_id, row.name)) throw new Refusal('action_exists')
      await trx.insertInto('actions').values(row).execute()
      return row
    }),
  )
}

/**
 * Changes an action. The version that runs stays the same one until the action is deployed.
 *
 * @throws {Refusal} `inexistent_action`, and as `createAction`
 */
export async function updateAction(
  deps: SaveActionDeps,
  tenant_id: string,
  action_id: string,
  change: ActionChange,
): Promise<ActionsTable> {
  const { name, supported_triggers, code, dependencies, runtime, secrets } = change
  const changes_source = [code, dependencies, runtime, secrets].some((each) => each !== undefined)
  return await refusingConflicts(() =>
    inTransaction(deps.db, async (trx) => {
      const before = await actionById(trx, tenant_id, action_id)
      const trigger = supported_triggers === undefined ? {} : triggerOf(supported_triggers)
      if ('trigger_id' in trigger && trigger.trigger_id !== before.trigger_id) {
        throw invalidBody('The trigger of an action cannot change', 'supported_triggers')
      }
      const sealed = secrets && sealSecrets(deps, { tenant_id, action_id }, secrets, secretsOf(before))
      const row: ActionsTable = {
        ...before,
        ...trigger,
        name: name ?? before.name,
        code_sealed:
          code === undefined ? before.code_sealed : deps.sealer.seal(code, actionCodeAad(tenant_id, action_id)),
        dependencies: dependencies === undefined ? before.dependencies : writeDependencies(dependencies),
        secrets: sealed === undefined ? before.secrets : writeJson(sealed),
        runtime: runtime ?? before.runtime,
        is_changed: changes_source ? 1 : before.is_changed,
        updated_at: deps.clock.now(),
      }
      if (row.name !== before.name && (await isNameTaken(trx, tenant_id, row.name))) throw new Refusal('action_exists')
      await writeAction(trx, row)
      return row
    }),
  )
}

async function writeAction(trx: Transaction, row: ActionsTable): Promise<void> {
  const { tenant_id, action_id, ...changed } = row
  await trx
    .updateTable('actions')
    .set(changed)
    .where('tenant_id', '=', tenant_id)
    .where('action_id', '=', action_id)
    .execute()
}

/**
 * Deletes an action with its versions. An unknown id is not an error.
 *
 * @param options `force`: also where it is bound to a trigger; its bindings are deleted
 * @throws {Refusal} `action_bound`
 */
export async function deleteAction(
  db: Db,
  tenant_id: string,
  action_id: string,
  { force }: { force: boolean },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const bound = await trx
      .selectFrom('action_bindings')
      .select('trigger_id')
      .where('tenant_id', '=', tenant_id)
      .where('action_id', '=', action_id)
      .executeTakeFirst()
    if (bound && !force) {
      const message = `The action is bound to a trigger (${bound.trigger_id}): remove the binding first, or repeat the request with ?force=true.`
      throw new Refusal('action_bound', { message })
    }
    for (const table of ['action_bindings', 'action_versions', 'actions'] as const) {
      await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('action_id', '=', action_id).execute()
    }
  })
}

/** The versions of an action, newest first. */
export async function listVersions(db: Db, { tenant_id, action_id }: ActionsTable): Promise<ActionVersionsTable[]> {
  return await db
    .selectFrom('action_versions')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('action_id', '=', action_id)
    .orderBy('version_number', 'desc')
    .execute()
}

/** A version of an action. @throws {Refusal} `inexistent_action_version` */
export async function versionById(db: Db, action: ActionsTable, version_id: string): Promise<ActionVersionsTable> {
  const found = (await listVersions(db, action)).find((version) => version.version_id === version_id)
  if (!found) throw new Refusal('inexistent_action_version')
  return found
}

const versions_max = 50

/**
 * Deploys an action: a new version, which runs from the next call on. Of an action the last 50 versions are kept.
 *
 * @param version_id an earlier version, whose source the action gets again
 * @throws {Refusal} `inexistent_action`, `inexistent_action_version`
 */
export async function deployAction(
  { db, clock }: Pick<SaveActionDeps, 'db' | 'clock'>,
  { tenant_id, action_id, version_id }: { tenant_id: string; action_id: string; version_id?: string },
): Promise<{ action: ActionsTable; version: ActionVersionsTable }> {
  return await inTransaction(db, async (trx) => {
    const action = await actionById(trx, tenant_id, action_id)
    const versions = await listVersions(trx, action)
    const source = version_id === undefined ? action : await versionById(trx, action, version_id)
    const { code_sealed, dependencies, secrets, runtime } = source
    const at = clock.now()
    const version: ActionVersionsTable = {
      tenant_id,
      action_id,
      version_id: randomUUID(),
      version_number: (versions[0]?.version_number ?? 0) + 1,
      code_sealed,
      dependencies,
      secrets,
      runtime,
      created_at: at,
    }
    const deployed: ActionsTable = {
      ...action,
      code_sealed,
      dependencies,
      secrets,
      runtime,
      deployed_version_id: version.version_id,
      is_changed: 0,
      updated_at: at,
    }
    await trx.insertInto('action_versions').values(version).execute()
    await trx
      .deleteFrom('action_versions')
      .where('tenant_id', '=', tenant_id)
      .where('action_id', '=', action_id)
      .where('version_number', '<=', version.version_number - versions_max)
      .execute()
    await writeAction(trx, deployed)
    return { action: deployed, version }
  })
}
