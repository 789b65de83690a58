import { hash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { JsonValue } from '../base/json.ts'
import type { ActionTrigger } from '../contract/action.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createReadCache } from '../store/read-cache.ts'
import type { Db } from '../store/tables.ts'
import { deployedVersions, openCode, openSecrets } from './action.ts'
import type { ActionSecrets } from './action-secrets.ts'
import { bindingsOf } from './action-bindings.ts'
import { openRule } from './rule.ts'
import { readRulesConfigs } from './rules-configs.ts'

/** One script of a chain. */
export type Step = { kind: 'rule' | 'action'; id: string; name: string; source: string }

/**
 * The enabled rules of a tenant in order, and after them its bound post-login actions, as one source, with the values that they read. All of
 * it is in the clear.
 */
export type RuleChain = {
  source: string
  /** `configuration` of the rules. */
  configuration: Record<string, string>
  /** `event.secrets` of each action, by its id. */
  secrets: ActionSecrets
  has_actions: boolean
  /** Whether a rule may call the Management API. */
  uses_api: boolean
  /** Another one for other scripts, values or names: the sandbox then starts a process with a new `global`. */
  version: number
}

/** The rules and actions of a tenant, read from the store at most every `cache_ttl_ms`; undefined where none runs. */
export type RuleChains = (tenant_id: string) => Promise<RuleChain | undefined>

/** Dependencies of reading rules and actions. */
export type ReadChainDeps = { db: Db; sealer: Sealer }

// An entry holds the scripts of the tenant's rules and actions.
const cached_max = 500

async function readRules({ db, sealer }: ReadChainDeps, tenant_id: string): Promise<Step[]> {
  const rows = await db
    .selectFrom('rules')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('enabled', '=', 1)
    .orderBy('sort_order')
    .execute()
  return rows.map((row) => ({ kind: 'rule', id: row.rule_id, name: row.name, source: openRule(sealer, row) }))
}

/** The actions that are bound to a trigger in order, in the clear, with their secrets. Only for a call. */
export async function readActions({ db, sealer }: ReadChainDeps, tenant_id: string, trigger: ActionTrigger) {
  const bindings = await bindingsOf(db, tenant_id, trigger)
  const secrets: ActionSecrets = {}
  if (bindings.length === 0) return { steps: [], secrets }
  const rows = await db.selectFrom('actions').selectAll().where('tenant_id', '=', tenant_id).execute()
  const versions = await deployedVersions(db, tenant_id, rows)
  const steps = bindings.flatMap(({ action_id }): Step[] => {
    const action = rows.find((row) => row.action_id === action_id)
    const version = versions.get(action?.deployed_version_id ?? '')
    if (!action || !version) return []
    secrets[action_id] = openSecrets(sealer, version)
    return [{ kind: 'action', id: action_id, name: action.name, source: openCode(sealer, version) }]
  })
  return { steps, secrets }
}

/** The version of a unit that runs these sources and values. 48 bits: a number that JSON and JavaScript hold exactly. */
export function versionOf(parts: JsonValue[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(parts), 'hex').slice(0, 12), 16)
}

/** Whether the source of a rule may call the Management API: it has the names of the members of `auth0` that it needs for this. */
export const mayUseApi = (source: string): boolean => source.includes('auth0') && /accessToken|baseUrl/.test(source)

async function readChain(deps: ReadChainDeps, tenant_id: string): Promise<RuleChain | undefined> {
  const [rules, { steps: actions, secrets }] = await Promise.all([
    readRules(deps, tenant_id),
    readActions(deps, tenant_id, 'post-login'),
  ])
  const steps = [...rules, ...actions]
  if (steps.length === 0) return undefined
  const source = JSON.stringify(steps)
  const configuration = await readRulesConfigs(deps, tenant_id)
  const version = versionOf([source, configuration, secrets])
  const uses_api = rules.some((rule) => mayUseApi(rule.source))
  return { source, configuration, secrets, has_actions: actions.length > 0, uses_api, version }
}

/** Creates the reader. */
export function createRuleChains(deps: ReadChainDeps & { clock: Clock }): RuleChains {
  const tables = ['rules', 'rules_configs', 'actions', 'action_bindings'] as const
  const chains = createReadCache<RuleChain | undefined>(deps, tables, { max: cached_max })
  return (tenant_id) => chains.read([tenant_id], () => readChain(deps, tenant_id))
}
