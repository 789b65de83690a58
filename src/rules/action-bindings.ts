import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { isoTime } from '../base/time.ts'
import type { ActionTrigger } from '../contract/action.ts'
import type { ActionBinding, ActionSummary, NewBindings } from '../contract/action-binding.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ActionBindingsTable, ActionsTable, Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { showActions } from './action.ts'

/** The bindings of a trigger, in the order in which their actions run. */
export async function bindingsOf(db: Db, tenant_id: string, trigger_id: ActionTrigger): Promise<ActionBindingsTable[]> {
  return await db
    .selectFrom('action_bindings')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('trigger_id', '=', trigger_id)
    .orderBy('sort_order')
    .execute()
}

/** The bindings of a trigger as the API shows them, each with its action. */
export async function showBindings(
  deps: { db: Db; sealer: Sealer },
  tenant_id: string,
  trigger_id: ActionTrigger,
): Promise<ActionBinding[]> {
  const bindings = await bindingsOf(deps.db, tenant_id, trigger_id)
  const rows = await deps.db.selectFrom('actions').selectAll().where('tenant_id', '=', tenant_id).execute()
  const actions = new Map((await showActions(deps, tenant_id, rows)).map((action) => [action.id, action]))
  return bindings.flatMap(({ binding_id, action_id, display_name, created_at, updated_at }) => {
    const action = actions.get(action_id)
    if (!action) return []
    const times = { created_at: isoTime(created_at), updated_at: isoTime(updated_at) }
    return [{ id: binding_id, trigger_id, display_name, action, ...times }]
  })
}

/** All actions of a tenant in short: those that a trigger runs first, in their order; the others by name. */
export async function summarizeActions(db: Db, tenant_id: string): Promise<ActionSummary[]> {
  const rows = await db
    .selectFrom('actions as action')
    .leftJoin('action_versions as version', (join) =>
      join
        .onRef('version.tenant_id', '=', 'action.tenant_id')
        .onRef('version.action_id', '=', 'action.action_id')
        .onRef('version.version_id', '=', 'action.deployed_version_id'),
    )
    .leftJoin('action_bindings as binding', (join) =>
      join
        .onRef('binding.tenant_id', '=', 'action.tenant_id')
        .onRef('binding.action_id', '=', 'action.action_id')
        .onRef('binding.trigger_id', '=', 'action.trigger_id'),
    )
    .where('action.tenant_id', '=', tenant_id)
    .select(['action.action_id', 'action.name', 'action.trigger_id', 'action.updated_at', 'action.is_changed'])
    .select(['version.version_number', 'version.created_at as deployed_at', 'binding.sort_order'])
    .orderBy('action.name')
    .execute()
  return rows
    .map(({ action_id, name, trigger_id, updated_at, is_changed, version_number, deployed_at, sort_order }) => ({
      id: action_id,
      name,
      trigger_id,
      updated_at: isoTime(updated_at),
      all_changes_deployed: is_changed === 0,
      deployed_version:
        version_number === null || deployed_at === null
          ? null
          : { number: version_number, created_at: isoTime(deployed_at) },
      position: sort_order === null ? null : sort_order + 1,
    }))
    .toSorted((one, other) => (one.position ?? Infinity) - (other.position ?? Infinity))
}

type Reference = NewBindings['bindings'][number]['ref']

function actionOf(
  { type, value }: Reference,
  actions: readonly ActionsTable[],
  bindings: readonly ActionBindingsTable[],
): ActionsTable | undefined {
  const id = type === 'binding_id' ? bindings.find(({ binding_id }) => binding_id === value)?.action_id : value
  return actions.find(({ action_id, name }) => (type === 'action_name' ? name === value : action_id === id))
}

/**
 * Replaces the bindings of a trigger. An action that stays bound keeps its binding.
 *
 * @throws {Refusal} `inexistent_action`, `action_not_deployed`; `invalid_body` for an action of another trigger, or one that is bound twice
 */
export async function replaceBindings(
  { db, clock }: { db: Db; clock: Clock },
  tenant_id: string,
  trigger_id: ActionTrigger,
  { bindings: given }: NewBindings,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await bindingsOf(trx, tenant_id, trigger_id)
    const actions = await trx.selectFrom('actions').selectAll().where('tenant_id', '=', tenant_id).execute()
    const at = clock.now()
    const rows = given.map(({ ref, display_name }, sort_order): ActionBindingsTable => {
      const action = actionOf(ref, actions, before)
      if (!action) throw new Refusal('inexistent_action')
      if (action.trigger_id !== trigger_id) throw invalidBody(`${action.name} is an action of ${action.trigger_id}`)
      if (action.deployed_version_id === null) throw new Refusal('action_not_deployed')
      const { action_id } = action
      const kept = before.find((binding) => binding.action_id === action_id)
      return {
        tenant_id,
        binding_id: kept?.binding_id ?? randomUUID(),
        trigger_id,
        action_id,
        display_name: display_name ?? kept?.display_name ?? action.name,
        sort_order,
        created_at: kept?.created_at ?? at,
        updated_at: at,
      }
    })
    if (new Set(rows.map(({ action_id }) => action_id)).size < rows.length) {
      throw invalidBody('An action is bound to a trigger once', 'bindings')
    }
    await trx
      .deleteFrom('action_bindings')
      .where('tenant_id', '=', tenant_id)
      .where('trigger_id', '=', trigger_id)
      .execute()
    if (rows.length > 0) await trx.insertInto('action_bindings').values(rows).execute()
  })
}
