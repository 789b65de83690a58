import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { configurationValues } from '../connections/configuration-secrets.ts'
import { maskTexts } from '../connections/mask-texts.ts'
import { separateUnit } from '../connections/run-action-script.ts'
import { secretMask } from '../connections/secret-mask.ts'
import type { ActionTrigger } from '../contract/action.ts'
import type { TriedStep } from '../contract/tried-step.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptCall, ScriptResult } from '../sandbox/script-types.ts'
import type { ActionsTable, Db } from '../store/tables.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { openCode, openSecrets } from './action.ts'
import { secretTexts } from './action-secrets.ts'
import { user_members } from './event-members.ts'
import { extensibilityEgress } from './extensibility-egress.ts'
import { readChainAnswer, readMetadataChanges } from './read-chain-answer.ts'
import type { RuleApi } from './rule-api.ts'
import { mayUseApi, type Step } from './rule-chain.ts'
import { readRulesConfigs } from './rules-configs.ts'
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

/** Dependencies of trying rules. */
export type TryRuleDeps = TryActionDeps & { db: Db; rule_api: RuleApi }

const console_lines_max = 100

type Mask = (text: string) => string

/** What a step decided. */
type Decided = Omit<TriedStep, 'console' | 'duration_ms'>

/** What a step decided, with secrets masked wherever they occur: who may run it may not read them. */
function withoutSecrets({ outcome, ...decided }: Decided, mask: Mask): Decided {
  return { outcome, ...(maskTexts(decided as JsonObject, mask) as unknown as Omit<Decided, 'outcome'>) }
}

type StepCall = Pick<ScriptCall, 'script' | 'args' | 'configuration'> & Partial<Pick<ScriptCall, 'endpoint'>>

/** Runs one step in a process of its own, and returns the result with the lines of its console. */
async function runStep(
  deps: TryActionDeps,
  tenant: Tenant,
  { step, mask, call }: { step: Step; mask: Mask; call: StepCall },
): Promise<{ result: ScriptResult; ran: Pick<TriedStep, 'console' | 'duration_ms'> }> {
  const unit = separateUnit({ tenant_id: tenant.tenant_id, connection_id: rules_unit })
  const console: TriedStep['console'] = []
  try {
    const result = await deps.scripts.run({
      unit,
      ...call,
      source: JSON.stringify([step]),
      mask,
      egress: await extensibilityEgress(deps.mayReachPrivateNetworks, tenant),
      limits: deps.script_limits,
      onLog({ level, text }) {
        if (console.length < console_lines_max) console.push({ level, text })
      },
      retry: false,
    })
    return { result, ran: { console, duration_ms: result.run_ms } }
  } finally {
    deps.scripts.discard(unit)
  }
}

/** What a rule or a post-login action decided. */
function readPostLogin(result: ScriptResult): Decided {
  const answer = readChainAnswer(result)
  const metadata = readMetadataChanges(result).map(({ user_id, member, change }) => ({ user_id, [member]: change }))
  const stored = metadata.length === 0 ? {} : { metadata }
  switch (answer.kind) {
    case 'allow':
      return {
        outcome: 'allow',
        changes: { ...answer.changes, ...stored },
        ...(answer.refused_claims.length > 0 ? { refused_claims: answer.refused_claims } : {}),
      }
    case 'redirect':
      return { outcome: 'redirect', redirect_url: answer.url, changes: stored }
    default:
      return {
        outcome: answer.kind,
        message: answer.message,
        changes: stored,
        ...defined({ line: answer.line }),
      }
  }
}

/** What an action of another trigger decided. */
function readTrigger(result: ScriptResult, mask: Mask): Decided {
  const { failure, denied, user_metadata, app_metadata, access_token } = readTriggerAnswer(result, mask)
  if (failure) {
    const { message, line, not_run } = failure
    return { outcome: not_run === true ? 'not_run' : 'error', message, ...defined({ line }) }
  }
  if (denied) return { outcome: 'deny', message: denied.message || denied.reason }
  return { outcome: 'allow', changes: { user_metadata, app_metadata, access_token } }
}

// The members that the `api` of actions reads, where the given event lacks them.
const event_members = {
  user: user_members,
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
): StepCall {
  const event = eventOf(payload)
  if (trigger === 'post-login') {
    const { user, ...login } = event
    const common = { domain: tenant.domain, deadline_ms, secrets, is_resumed: false }
    return {
      script: post_login_script,
      args: [{ ...common, user: user as JsonObject, context: {}, event: { ...login, can_redirect: true } }],
      configuration: {},
    }
  }
  const function_name = trigger_functions[trigger]
  const args = [{ trigger, function_name, is_deciding: true, event, secrets, deadline_ms }]
  return { script: trigger.replaceAll('-', '_'), args, configuration: {} }
}

/**
 * Runs the code of an action with its secrets and an event that is given, in a process of its own. Nothing that it decides is applied or
 * stored, but what it sends to other systems is sent.
 *
 * @param input `code`: in place of the saved one
 */
export async function tryAction(
  deps: TryActionDeps,
  tenant: Tenant,
  action: ActionsTable,
  { payload, code }: { payload: JsonObject; code?: string | undefined },
): Promise<TriedStep> {
  const { action_id: id, name } = action
  const trigger = action.trigger_id as ActionTrigger
  const step: Step = { kind: 'action', id, name, source: code ?? openCode(deps.sealer, action) }
  const secrets = { [id]: openSecrets(deps.sealer, action) }
  const mask = secretMask(secretTexts(secrets), step.source)
  const call = callOf(deps.script_limits, tenant, trigger, payload, secrets)
  const { result, ran } = await runStep(deps, tenant, { step, mask, call })
  const decided = trigger === 'post-login' ? readPostLogin(result) : readTrigger(result, mask)
  return { ...withoutSecrets(decided, mask), ...ran }
}

/**
 * Runs a rule alone, with the values that rules read and with a user and a context that are given, in a process of its own. Nothing that it
 * decides is applied or stored; what it sends to other systems is sent, and its calls of the Management API are made.
 */
export async function tryRule(
  deps: TryRuleDeps,
  tenant: Tenant,
  { source, user, context }: { source: string; user: JsonObject; context: JsonObject },
): Promise<TriedStep> {
  const { deadline_ms } = deps.script_limits
  const step: Step = { kind: 'rule', id: 'tried', name: 'tried rule', source }
  const configuration = await readRulesConfigs(deps, tenant.tenant_id)
  const maskValues = secretMask(configurationValues(configuration), source)
  const access = mayUseApi(source) ? await deps.rule_api.open(tenant) : undefined
  const maskToken = secretMask([{ name: 'auth0.accessToken', text: access?.token ?? '' }], '')
  const mask: Mask = access ? (text) => maskValues(maskToken(text)) : maskValues
  const api = access && { base_url: access.base_url, token: access.token }
  const args = [{ user, context, domain: tenant.domain, deadline_ms, is_resumed: false, ...defined({ api }) }]
  try {
    const call = { script: post_login_script, args, configuration, ...defined({ endpoint: access?.endpoint }) }
    const { result, ran } = await runStep(deps, tenant, { step, mask, call })
    return { ...withoutSecrets(readPostLogin(result), mask), ...ran }
  } finally {
    access?.end()
  }
}
