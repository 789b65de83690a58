import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import { action_triggers, type ActionTrigger } from '../contract/action.ts'
import { actionExecution } from '../rules/action-execution.ts'
import { actionById, showActions, showVersion } from '../rules/action.ts'
import { replaceBindings, showBindings, summarizeActions } from '../rules/action-bindings.ts'
import { checkAction, type CheckActionDeps } from '../rules/check-action.ts'
import {
  createAction,
  deleteAction,
  deployAction,
  listActions,
  listVersions,
  updateAction,
  versionById,
  type SaveActionDeps,
} from '../rules/manage-actions.ts'
import { tryAction, type TryActionDeps } from '../rules/try-step.ts'
import type { ActionsTable } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import { withinTryLimit } from './try-limit.ts'

const runtimes = ['node22', 'node18', 'node16', 'node12']

type Paging = { page?: number; per_page?: number }

function pageOf<T>(
  items: readonly T[],
  { page = 0, per_page = 50 }: Paging,
): { items: T[]; counts: Required<Paging> & { total: number } } {
  return {
    items: items.slice(page * per_page, (page + 1) * per_page),
    counts: { total: items.length, page, per_page },
  }
}

/** Operations on actions, their versions and their bindings. */
export function actionHandlers(deps: SaveActionDeps & CheckActionDeps & TryActionDeps) {
  const { db, sealer } = deps
  const showOne = async (action: ActionsTable) => {
    const [shown] = await showActions(deps, action.tenant_id, [action])
    if (!shown) throw new Error('An action is shown')
    return shown
  }
  return {
    async listActions({ tenant, query }) {
      const { page = 0, per_page = 50, triggerId, actionName, deployed, installed } = query
      const filter = defined({ trigger_id: triggerId, name: actionName, deployed })
      const none = { items: [], total: 0 }
      const found = installed === true ? none : await listActions(db, tenant.tenant_id, filter, { page, per_page })
      const actions = await showActions(deps, tenant.tenant_id, found.items)
      return { actions, total: found.total ?? 0, page, per_page }
    },

    async createAction({ tenant: { tenant_id }, body }) {
      const [trigger] = body.supported_triggers
      const warnings = await checkAction(deps, tenant_id, trigger?.id ?? 'post-login', body)
      const action = await createAction(deps, tenant_id, body)
      warnings.log(action.name)
      if (body.deploy !== true) return await showOne(action)
      const { action_id } = action
      return await showOne((await deployAction(deps, { tenant_id, action_id })).action)
    },

    listActionModules: async ({ query: { page = 0, per_page = 50 } }) => ({ modules: [], total: 0, page, per_page }),

    listActionTriggers: async () => ({
      triggers: Object.entries(action_triggers).flatMap(([id, versions]) =>
        versions.map((version, nth) => ({
          id,
          version,
          status: nth === 0 ? 'CURRENT' : 'DEPRECATED',
          runtimes,
          default_runtime: 'node22',
          compatible_triggers: [],
        })),
      ),
    }),

    getAction: async ({ tenant, params }) => await showOne(await actionById(db, tenant.tenant_id, params.id)),

    async updateAction({ tenant: { tenant_id }, params, body }) {
      const { trigger_id } = await actionById(db, tenant_id, params.id)
      const warnings = await checkAction(deps, tenant_id, trigger_id as ActionTrigger, body)
      const action = await updateAction(deps, tenant_id, params.id, body)
      warnings.log(action.name)
      return await showOne(action)
    },

    async deleteAction({ tenant, params, query }) {
      await deleteAction(db, tenant.tenant_id, params.id, { force: query.force === true })
      return null
    },

    async deployAction({ tenant: { tenant_id }, params }) {
      const { action, version } = await deployAction(deps, { tenant_id, action_id: params.id })
      return showVersion(sealer, action, version)
    },

    async testAction({ tenant, params, body }) {
      const action = await actionById(db, tenant.tenant_id, params.id)
      const { code } = body
      const payload = body.payload as JsonObject
      return await withinTryLimit(tenant.tenant_id, async () => {
        if (code !== undefined) await checkAction(deps, tenant.tenant_id, action.trigger_id as ActionTrigger, { code })
        return { payload: await tryAction(deps, tenant, action, { payload, code }) }
      })
    },

    getActionExecution: async ({ tenant, params }) => await actionExecution(db, tenant.tenant_id, params.id),

    async listActionVersions({ tenant, params, query }) {
      const action = await actionById(db, tenant.tenant_id, params.id)
      const { items, counts } = pageOf(await listVersions(db, action), query)
      return { versions: items.map((version) => showVersion(sealer, action, version)), ...counts }
    },

    async getActionVersion({ tenant, params }) {
      const action = await actionById(db, tenant.tenant_id, params.id)
      return showVersion(sealer, action, await versionById(db, action, params.version_id))
    },

    async deployActionVersion({ tenant: { tenant_id }, params }) {
      const { id: action_id, version_id } = params
      const { action, version } = await deployAction(deps, { tenant_id, action_id, version_id })
      return showVersion(sealer, action, version)
    },

    summarizeActions: async ({ tenant }) => ({ actions: await summarizeActions(db, tenant.tenant_id) }),

    async listActionBindings({ tenant, params, query }) {
      const { items, counts } = pageOf(await showBindings(deps, tenant.tenant_id, params.trigger), query)
      return { bindings: items, ...counts }
    },

    async updateActionBindings({ tenant: { tenant_id }, params, body }) {
      await replaceBindings(deps, tenant_id, params.trigger, body)
      return { bindings: await showBindings(deps, tenant_id, params.trigger) }
    },
  } satisfies Partial<Handlers>
}
