import { isJsonObject, type JsonObject } from '../base/json.ts'
import { separateUnit } from '../connections/run-action-script.ts'
import { secretMask } from '../connections/secret-mask.ts'
import type { TriedAction } from '../contract/action-run.ts'
import type { ActionTrigger } from '../contract/action.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptCall } from '../sandbox/script-types.ts'
import type { ActionsTable } from '../store/tables.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { openCode, openSecrets } from './action.ts'
import { secretTexts } from './action-secrets.ts'
import { extensibilityEgress } from './extensibility-egress.ts'
import { readChainAnswer } from './read-chain-answer.ts'
import { readTriggerAnswer } from './run-trigger.ts'
import { post_login_script, rules_unit } from './rules-unit.ts'
import { trigger_functions } from './trigger-functions.ts'

/** Dependencies of trying actions. */
export type TryActionDeps = {
  sealer: Sealer
  scripts: Pick<ScriptRuntime, 'run' | 'discard'>
  script_limits: ScriptLimits
  mayReachPrivateNetworks: PrivateNetworks
}

const console_lines_max = 100

// The members that the `api` of actions reads, where the given event lacks them.
const event_members = {
  user: {},
  request: { query: {}, body: {} },
  transaction: { requested_scopes: [], metadata: {} },
  authentication: { methods: [] },
  accessToken: { customClaims: {}, scope: [] },
}

/** The given event with each member that an `api` needs. */
function eventOf(payload: JsonObject): JsonObject {
  const members = Object.entries(event_members).map(([name, empty]) => {
    const given = payload[name]
    return [name, isJsonObject(given) ? { ...empty, ...given } : empty]
  })
  return { ...payload, ...Object.fromEntries(members) } as JsonObject
}

/** The script and the arguments of a call that runs one action. */
function callOf(
  { deadline_ms }: ScriptLimits,
  tenant: Tenant,
  trigger: ActionTrigger,
  payload: JsonObject,
  secrets: Record<string, Record<string, string>>,
): Pick<ScriptCall, 'script' | 'args'> {
  const event = eventOf(payload)
  if (trigger === 'post-login') {
    const { user, ...login } = event
    const common = { domain: tenant.domain, deadline_ms, secrets, is_resumed: false }
    return {
      script: post_login_script,
      args: [{ ...common, user: user as JsonObject, context: {}, event: { ...login, can_redirect: true } }],
    }
  }
  const function_name = trigger_functions[trigger]
  const args = [{ trigger, function_name, is_deciding: true, event, secrets, deadline_ms }]
  return { script: trigger.replaceAll('-', '_'), args }
}

/**
 * Runs the code of an action as it is saved, with its secrets and an event that is given, in a process of its own. Nothing that it decides is
 * applied or stored, but what it sends to other systems is sent.
 */
export async function tryAction(
  deps: TryActionDeps,
  tenant: Tenant,
  action: ActionsTable,
  payload: JsonObject,
): Promise<TriedAction> {
  const { action_id: id, name, tenant_id } = action
  const trigger = action.trigger_id as ActionTrigger
  const source = JSON.stringify([{ kind: 'action', id, name, source: openCode(deps.sealer, action) }])
  const secrets = { [id]: openSecrets(deps.sealer, action) }
  const mask = secretMask(secretTexts(secrets), source)
  const unit = separateUnit({ tenant_id, connection_id: rules_unit })
  const console: TriedAction['console'] = []
  try {
    const result = await deps.scripts.run({
      unit,
      ...callOf(deps.script_limits, tenant, trigger, payload, secrets),
      source,
      configuration: {},
      mask,
      egress: await extensibilityEgress(deps.mayReachPrivateNetworks, tenant),
      limits: deps.script_limits,
      onLog({ level, text }) {
        if (console.length < console_lines_max) console.push({ level, text })
      },
      retry: false,
    })
    const ran = { console, duration_ms: result.run_ms }
    if (trigger === 'post-login') {
      const answer = readChainAnswer(result)
      const message = 'message' in answer ? { message: mask(answer.message) } : {}
      return { outcome: answer.kind, ...message, ...('changes' in answer ? { changes: answer.changes } : {}), ...ran }
    }
    const { failure, denied, user_metadata, app_metadata, access_token } = readTriggerAnswer(result, mask)
    if (failure) return { outcome: 'error', message: failure.message, ...ran }
    if (denied) return { outcome: 'deny', message: denied.message || denied.reason, ...ran }
    return { outcome: 'allow', changes: { user_metadata, app_metadata, access_token }, ...ran }
  } finally {
    deps.scripts.discard(unit)
  }
}
