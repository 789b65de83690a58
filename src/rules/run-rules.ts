import type { Clock } from '../base/clock.ts'
import { cutText } from '../base/cut-text.ts'
import { defined } from '../base/defined.ts'
import { configurationSecrets, configurationValues } from '../connections/configuration-secrets.ts'
import { secretMask, type Secret } from '../connections/secret-mask.ts'
import { Refusal } from '../contract/refusal.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptLogLevel, ScriptResult } from '../sandbox/script-types.ts'
import type { UnitKey } from '../sandbox/unit-key.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import { changeUser } from '../users/change-user.ts'
import { actionEvent } from './action-event.ts'
import { secretTexts } from './action-secrets.ts'
import { extensibilityEgress } from './extensibility-egress.ts'
import type { PostLoginAnswer, PostLoginInput, PostLoginStep } from './post-login.ts'
import { readChainAnswer, readMetadataChanges, type ChainAnswer, type MetadataChange } from './read-chain-answer.ts'
import type { RuleApi } from './rule-api.ts'
import type { RuleChain, RuleChains } from './rule-chain.ts'
import { ruleContext, ruleUser } from './rule-context.ts'
import { post_login_script, rules_unit } from './rules-unit.ts'

/** Dependencies of running rules. */
export type RunRulesDeps = {
  db: Db
  clock: Clock
  rule_chains: RuleChains
  scripts: Pick<ScriptRuntime, 'run'>
  script_limits: ScriptLimits
  script_log: Pick<ScriptLogWriter, 'write'>
  script_calls: Pick<ScriptCallLog, 'record'>
  mayReachPrivateNetworks: PrivateNetworks
  rule_api: RuleApi
}

const script = post_login_script

async function callRules(
  deps: RunRulesDeps,
  input: PostLoginInput,
  { chain, unit, mask }: { chain: RuleChain; unit: UnitKey; mask: (text: string) => string },
): Promise<ScriptResult> {
  const { tenant } = input
  const { deadline_ms } = deps.script_limits
  const [user, egress] = await Promise.all([
    ruleUser(deps.db, input),
    extensibilityEgress(deps.mayReachPrivateNetworks, tenant),
  ])
  const now = deps.clock.now()
  const { is_resumed, resume_with } = input
  const of_actions = chain.has_actions ? { event: actionEvent(input, now), secrets: chain.secrets } : {}
  const resumed = { is_resumed, ...defined({ resumed_by: resume_with }) }
  const context = ruleContext(input, now)
  const access = chain.uses_api ? await deps.rule_api.open(tenant) : undefined
  const api = access && { base_url: access.base_url, token: access.token }
  const maskToken = secretMask([{ name: 'auth0.accessToken', text: access?.token ?? '' }], '')
  try {
    return await deps.scripts.run({
      unit,
      script,
      source: chain.source,
      args: [{ user, context, domain: tenant.domain, deadline_ms, ...of_actions, ...resumed, ...defined({ api }) }],
      configuration: chain.configuration,
      mask: access ? (text) => mask(maskToken(text)) : mask,
      egress,
      ...defined({ endpoint: access?.endpoint }),
      limits: deps.script_limits,
      // Another call may end the process that all logins of the tenant share.
      retry: true,
    })
  } finally {
    access?.end()
  }
}

/** Stores metadata that rules changed, and answers what could not be stored. */
async function storeMetadata(deps: RunRulesDeps, tenant_id: string, changes: MetadataChange[]): Promise<string[]> {
  const problems: string[] = []
  for (const { user_id, member, change } of changes) {
    try {
      const options = { at: deps.clock.now(), keeps_letters: false }
      await inTransaction(deps.db, (trx) => changeUser(trx, tenant_id, user_id, { [member]: change }, options))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      problems.push(`${member} of ${user_id} was not changed: ${error.message}`)
    }
  }
  return problems
}

/** What is masked: `mask` in what only admins read, `maskShown` in what people are shown too. */
type Masks = Record<'mask' | 'maskShown', (text: string) => string>

function answerOf(answer: ChainAnswer, call_id: string, { mask, maskShown }: Masks): PostLoginAnswer {
  const call = defined({ call_id, step: answer.step })
  switch (answer.kind) {
    case 'allow':
      return { kind: 'allow', changes: answer.changes }
    case 'redirect':
      return { kind: 'redirect', url: answer.url, ...defined({ resume_with: answer.resume_with }) }
    default:
      return { kind: answer.kind, message: (answer.kind === 'deny' ? maskShown : mask)(answer.message), call }
  }
}

/** No message shows a secret, and none of a failure and no line of the log a value of the configuration. */
function masksOf({ configuration, secrets, source }: RuleChain): Masks {
  const maskOf = (values: Secret[]) => secretMask([...values, ...secretTexts(secrets)], source)
  return { mask: maskOf(configurationValues(configuration)), maskShown: maskOf(configurationSecrets(configuration)) }
}

const outcomeOf = {
  allow: 'success',
  redirect: 'redirect',
  deny: 'denied_by_rule',
  error: 'rule_error',
  not_run: 'rules_not_run',
} as const

/**
 * Creates the post-login step that runs the enabled rules of the tenant and its bound post-login actions, all in one call of the sandbox. What they change of metadata is
 * stored whatever their end. A login is redirected once: a further redirect, when the user comes back, ends it with an error.
 */
export function createRulesStep(deps: RunRulesDeps): PostLoginStep {
  const masks = new WeakMap<RuleChain, Masks>()
  return async (input) => {
    const { tenant_id } = input.tenant
    const chain = await deps.rule_chains(tenant_id)
    if (chain === undefined) return { kind: 'allow' }
    const unit = { tenant_id, unit_id: rules_unit, version: chain.version }
    // Once for each chain: the forms of hundreds of secrets take some milliseconds.
    const of_chain = masks.get(chain) ?? masksOf(chain)
    masks.set(chain, of_chain)
    const { mask } = of_chain
    const result = await callRules(deps, input, { chain, unit, mask })
    const answer = readChainAnswer(result)
    const { call_id, duration_ms } = result
    const log = (level: ScriptLogLevel, text: string): void =>
      deps.script_log.write({ unit, script, call_id, at: deps.clock.now(), level, text: mask(text) })
    if (answer.kind === 'allow' && answer.refused_claims.length > 0) {
      log('warn', `claims that a rule may not set: ${cutText(answer.refused_claims.join(', '), 500)}`)
    }
    for (const text of await storeMetadata(deps, tenant_id, readMetadataChanges(result))) log('warn', text)
    const shown = answerOf(answer, call_id, of_chain)
    const message = 'message' in shown ? { message: shown.message } : {}
    deps.script_calls.record({ unit, script, call_id, outcome: outcomeOf[answer.kind], duration_ms, ...message })
    return shown
  }
}
