import type { JsonObject } from '../base/json.ts'
import type { Sealer } from '../keys/sealer.ts'
import { listScriptLogs } from '../logs/list-script-logs.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import { checkRule } from '../rules/check-rule.ts'
import type { CheckSourceDeps } from '../rules/check-source.ts'
import { createRule, deleteRule, orderRules, updateRule } from '../rules/manage-rules.ts'
import { listRules, ruleById, showRule } from '../rules/rule.ts'
import { rules_unit } from '../rules/rules-unit.ts'
import { deleteRulesConfig, listRulesConfigs, setRulesConfig } from '../rules/rules-configs.ts'
import { tryRule, type TryRuleDeps } from '../rules/try-step.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf, listAnswer } from './paging.ts'
import { withinTryLimit } from './try-limit.ts'

/** Dependencies of the operations on rules. */
export type RuleHandlersDeps = CheckSourceDeps &
  TryRuleDeps & {
    db: Db
    sealer: Sealer
    script_log: Pick<ScriptLogWriter, 'write' | 'flush'>
    script_calls: Pick<ScriptCallLog, 'flush'>
  }

/** Operations on rules and on the values that they read. */
export function ruleHandlers(deps: RuleHandlersDeps) {
  const { db, sealer } = deps
  return {
    async listRules({ tenant, query }) {
      const { page = 0, per_page = 50, enabled } = query
      const filter = enabled === undefined ? {} : { enabled }
      const found = await listRules(deps, tenant.tenant_id, filter, { kind: 'offset', page, per_page })
      return listAnswer('rules', query, found)
    },

    async createRule({ tenant: { tenant_id }, body }) {
      const warnings = await checkRule(deps, tenant_id, body.script)
      const rule = await createRule(deps, tenant_id, body)
      warnings.log(rule.name)
      return showRule(sealer, rule)
    },

    getRule: async ({ tenant, params }) => showRule(sealer, await ruleById(db, tenant.tenant_id, params.id)),

    async updateRule({ tenant: { tenant_id }, params, body }) {
      const warnings = body.script === undefined ? undefined : await checkRule(deps, tenant_id, body.script)
      const rule = await updateRule(deps, tenant_id, params.id, body)
      warnings?.log(rule.name)
      return showRule(sealer, rule)
    },

    async orderRules({ tenant, body }) {
      await orderRules(db, tenant.tenant_id, body.rules)
      return null
    },

    async tryRule({ tenant, body }) {
      const { user, context } = body.arguments as { user: JsonObject; context: JsonObject }
      const input = { source: body.script, user, context }
      return await withinTryLimit(tenant.tenant_id, async () => {
        await checkRule(deps, tenant.tenant_id, input.source)
        return await tryRule(deps, tenant, input)
      })
    },

    async deleteRule({ tenant, params }) {
      await deleteRule(db, tenant.tenant_id, params.id)
      return null
    },

    async listRuleLogs({ tenant, query }) {
      // Stores the waiting lines first, so that the list has those of the last calls.
      await deps.script_calls.flush()
      await deps.script_log.flush()
      const found = await listScriptLogs(db, tenant.tenant_id, rules_unit, query, checkpointOf(query))
      return checkpointAnswer('script_logs', found)
    },

    listRulesConfigs: async ({ tenant }) => await listRulesConfigs(db, tenant.tenant_id),

    async setRulesConfig({ tenant, params, body }) {
      const { key } = params
      const { value } = body
      await setRulesConfig(deps, tenant.tenant_id, { key, value })
      return { key, value }
    },

    async deleteRulesConfig({ tenant, params }) {
      await deleteRulesConfig(db, tenant.tenant_id, params.key)
      return null
    },
  } satisfies Partial<Handlers>
}
