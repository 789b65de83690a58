import type { Clock } from '../base/clock.ts'
import { cutText } from '../base/cut-text.ts'
import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { describeFailedCall } from './describe-failed-call.ts'
import { extensibilityEgress } from './extensibility-egress.ts'
import { lineOf } from './read-chain-answer.ts'
import { rules_unit } from './rules-unit.ts'
import type { TriggerActions } from './trigger-actions.ts'
import { trigger_functions } from './trigger-functions.ts'

/** Dependencies of running the actions of a trigger. */
export type RunTriggerDeps = {
  clock: Clock
  script_log: Pick<ScriptLogWriter, 'write'>
  scripts: Pick<ScriptRuntime, 'run'>
  script_limits: ScriptLimits
  script_calls: Pick<ScriptCallLog, 'record'>
  mayReachPrivateNetworks: PrivateNetworks
}

/** An action that denied, with the texts that it gave: `code` where the trigger has one, `reason` for the log, `message` for the caller. */
export type Denial = { step: string; code: string; reason: string; message: string }

/** The answer of the actions of a trigger. Texts are masked and cut. What they set is not checked. */
export type TriggerAnswer = {
  call_id: string
  /** The ids of the actions that ended without an error. */
  done: string[]
  /** Why actions failed, and the first that did; undefined where none did. `not_run`: the server could not run them now. */
  failure: { message: string; step?: string; line?: number; not_run?: true } | undefined
  denied: Denial | undefined
  /** The names and values that the actions set. */
  user_metadata: JsonObject
  app_metadata: JsonObject
  access_token: JsonObject
  /** Writes a warning to the script log of the call. */
  warn(text: string): void
}

/**
 * The input of running a trigger. `is_deciding`: the first action that denies or fails is the last one. `version`: that of the unit, where
 * it is not that of the actions.
 */
export type TriggerRun = {
  tenant: Tenant
  actions: TriggerActions
  event: JsonObject
  is_deciding: boolean
  version?: number
}

/** The version of the unit of jobs: a process apart from those of requests, whose versions are digests. Requests do not wait for jobs. */
export const jobs_version = 0

const text_max = 1000

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? cutText(value, text_max) : '')

function readFailure(result: ScriptResult, answer: JsonObject): TriggerAnswer['failure'] {
  if (result.kind !== 'returned') {
    const message = describeFailedCall(result, 'The actions')
    return result.kind === 'saturated' ? { message, not_run: true } : { message }
  }
  const { failures } = answer
  const listed = Array.isArray(failures) ? failures.filter(isJsonObject) : []
  const [first] = listed
  if (!first) return undefined
  const message = listed.map(({ text }) => textOf(text)).join('; ')
  return { message, step: textOf(first['step']), ...defined({ line: lineOf(first['line']) }) }
}

/** Reads the result of a call. The process that answered is not trusted: each member is checked. */
export function readTriggerAnswer(result: ScriptResult, mask: (text: string) => string): Omit<TriggerAnswer, 'warn'> {
  const answer = result.kind === 'returned' ? objectOf(result.values[0]) : {}
  const failure = readFailure(result, answer)
  const { denied, done } = answer
  const denial = isJsonObject(denied) ? denied : undefined
  return {
    call_id: result.call_id,
    done: Array.isArray(done) ? done.filter((id) => typeof id === 'string') : [],
    failure: failure && { ...failure, message: mask(failure.message) },
    denied: denial && {
      step: textOf(denial['step']),
      code: textOf(denial['code']),
      reason: mask(textOf(denial['reason'])),
      message: mask(textOf(denial['message'])),
    },
    user_metadata: objectOf(answer['user_metadata']),
    app_metadata: objectOf(answer['app_metadata']),
    access_token: objectOf(answer['access_token']),
  }
}

/** Runs the actions of a trigger in one call of the sandbox, and writes its end to the script log. */
export async function runTrigger(
  deps: RunTriggerDeps,
  { tenant, actions, event, is_deciding, version = actions.version }: TriggerRun,
): Promise<TriggerAnswer> {
  const { trigger, source, secrets, mask } = actions
  const { deadline_ms } = deps.script_limits
  const script = trigger.replaceAll('-', '_')
  const unit = { tenant_id: tenant.tenant_id, unit_id: rules_unit, version }
  const result = await deps.scripts.run({
    unit,
    script,
    source,
    args: [{ trigger, function_name: trigger_functions[trigger], is_deciding, event, secrets, deadline_ms }],
    configuration: {},
    mask,
    egress: await extensibilityEgress(deps.mayReachPrivateNetworks, tenant),
    limits: deps.script_limits,
    // Another call may end the process that all calls of the unit share.
    retry: true,
  })
  const answer = readTriggerAnswer(result, mask)
  const { call_id, duration_ms } = result
  const failed = answer.failure?.not_run === true ? 'rules_not_run' : 'rule_error'
  const outcome = answer.failure ? failed : answer.denied ? 'denied_by_rule' : 'success'
  const message = answer.failure?.message ?? answer.denied?.reason
  deps.script_calls.record({ unit, script, call_id, outcome, duration_ms, ...(message ? { message } : {}) })
  return {
    ...answer,
    warn: (text) =>
      deps.script_log.write({ unit, script, call_id, at: deps.clock.now(), level: 'warn', text: mask(text) }),
  }
}
