import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import type { ActionExecution } from '../contract/action-run.ts'
import { action_triggers, type ActionTrigger } from '../contract/action.ts'
import { Refusal } from '../contract/refusal.ts'
import { listScriptLogs } from '../logs/list-script-logs.ts'
import type { Db } from '../store/tables.ts'
import { rules_unit } from './rules-unit.ts'

const lines_max = 200

/**
 * One run of the actions of a trigger, by the id of its call in the log event. It is read from the script log, and kept as long.
 *
 * @throws {Refusal} `inexistent_execution`
 */
export async function actionExecution(db: Db, tenant_id: string, call_id: string): Promise<ActionExecution> {
  const { items } = await listScriptLogs(db, tenant_id, rules_unit, { call_id }, { take: lines_max })
  const end = items.find(({ outcome }) => outcome !== undefined)
  if (!end) throw new Refusal('inexistent_execution')
  const { at, script, outcome = '', duration_ms = 0, text } = end
  const triggers = Object.keys(action_triggers) as ActionTrigger[]
  const trigger_id = triggers.find((trigger) => trigger.replaceAll('-', '_') === script) ?? 'post-login'
  const started_at = isoTime(Date.parse(at) - duration_ms)
  const error = outcome === 'rule_error' || outcome === 'rules_not_run' ? { id: outcome, msg: text } : undefined
  return {
    id: call_id,
    trigger_id,
    status: 'final',
    results: [{ action_name: trigger_id, started_at, ended_at: at, ...defined({ error }) }],
    created_at: started_at,
    updated_at: at,
  }
}
