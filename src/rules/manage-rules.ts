import type { Clock } from '../base/clock.ts'
import { newPrefixedId } from '../base/ids.ts'
import { rules_length_max, rules_max, type NewRule, type RuleChange } from '../contract/rule.ts'
import { Refusal, invalidBody } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { ruleAad } from '../store/sealed-aad.ts'
import type { Db, RulesTable, Transaction } from '../store/tables.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import { openRule, ruleById } from './rule.ts'

/** Dependencies of saving rules. */
export type SaveRuleDeps = { db: Db; clock: Clock; sealer: Sealer }

/** Checks a rule beside the tenant's other ones. @throws {Refusal} `rule_exists`, `rule_order_exists`, `invalid_body` */
function checkBeside(sealer: Sealer, rule: RulesTable, others: readonly RulesTable[]): void {
  if (others.some(({ name }) => name === rule.name)) throw new Refusal('rule_exists')
  if (others.some(({ sort_order }) => sort_order === rule.sort_order)) throw new Refusal('rule_order_exists')
  const enabled = [rule, ...others].filter((each) => each.enabled === 1)
  const length = enabled.reduce((sum, each) => sum + openRule(sealer, each).length, 0)
  if (length > rules_length_max) {
    const text = `The enabled rules of a tenant may have ${rules_length_max} characters together; with this one they have ${length}`
    throw invalidBody(text, 'script')
  }
}

async function rulesOf(trx: Transaction, tenant_id: string): Promise<RulesTable[]> {
  return await trx.selectFrom('rules').selectAll().where('tenant_id', '=', tenant_id).execute()
}

async function refusingConflicts<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw violatesUnique(error, 'rules') ? new Refusal('rule_exists') : error
  }
}

/**
 * Creates a rule.
 *
 * @throws {Refusal} `rule_exists`, `rule_order_exists`; `invalid_body` for one rule too many, or too many characters
 */
export async function createRule(deps: SaveRuleDeps, tenant_id: string, input: NewRule): Promise<RulesTable> {
  const { db, clock, sealer } = deps
  const rule_id = newPrefixedId('rul')
  const script_sealed = sealer.seal(input.script, ruleAad(tenant_id, rule_id))
  const at = clock.now()
  return await refusingConflicts(() =>
    inTransaction(db, async (trx) => {
      const others = await rulesOf(trx, tenant_id)
      if (others.length >= rules_max) throw invalidBody(`A tenant may have ${rules_max} rules`)
      const rule: RulesTable = {
        tenant_id,
        rule_id,
        name: input.name,
        script_sealed,
        sort_order: input.order ?? Math.max(0, ...others.map(({ sort_order }) => sort_order)) + 1,
        enabled: input.enabled === false ? 0 : 1,
        created_at: at,
        updated_at: at,
      }
      checkBeside(sealer, rule, others)
      await trx.insertInto('rules').values(rule).execute()
      return rule
    }),
  )
}

/**
 * Changes a rule. The next login runs it as it is then; a login that has begun ends with the rules that it began with.
 *
 * @throws {Refusal} `inexistent_rule`, and as `createRule`
 */
export async function updateRule(
  deps: SaveRuleDeps,
  tenant_id: string,
  rule_id: string,
  change: RuleChange,
): Promise<RulesTable> {
  const { db, clock, sealer } = deps
  const { name, script, order, enabled } = change
  return await refusingConflicts(() =>
    inTransaction(db, async (trx) => {
      const before = await ruleById(trx, tenant_id, rule_id)
      const rule: RulesTable = {
        ...before,
        name: name ?? before.name,
        script_sealed: script === undefined ? before.script_sealed : sealer.seal(script, ruleAad(tenant_id, rule_id)),
        sort_order: order ?? before.sort_order,
        enabled: enabled === undefined ? before.enabled : enabled ? 1 : 0,
        updated_at: clock.now(),
      }
      const { tenant_id: _, rule_id: _id, ...changed } = rule
      const rules = await rulesOf(trx, tenant_id)
      const others = rules.filter((each) => each.rule_id !== rule_id)
      checkBeside(sealer, rule, others)
      await trx
        .updateTable('rules')
        .set(changed)
        .where('tenant_id', '=', tenant_id)
        .where('rule_id', '=', rule_id)
        .execute()
      return rule
    }),
  )
}

/**
 * Sets the order of all rules of a tenant. They get the orders 1, 2 and so on.
 *
 * @throws {Refusal} `rules_changed` where the ids are not those of all its rules, each once
 */
export async function orderRules(db: Db, tenant_id: string, rule_ids: readonly string[]): Promise<void> {
  await inTransaction(db, async (trx) => {
    const rows = await trx.selectFrom('rules').select('rule_id').where('tenant_id', '=', tenant_id).execute()
    const given = new Set(rule_ids)
    const are_all = given.size === rule_ids.length && rows.length === given.size
    if (!are_all || rows.some(({ rule_id }) => !given.has(rule_id))) throw new Refusal('rules_changed')
    // No two rules have the same order at any time: first negative ones, which no rule has.
    for (const [at, rule_id] of rule_ids.entries()) {
      await trx
        .updateTable('rules')
        .set({ sort_order: -(at + 1) })
        .where('tenant_id', '=', tenant_id)
        .where('rule_id', '=', rule_id)
        .execute()
    }
    await trx
      .updateTable('rules')
      .set(({ neg }) => ({ sort_order: neg('sort_order') }))
      .where('tenant_id', '=', tenant_id)
      .execute()
  })
}

/** Deletes a rule. An unknown id is not an error. */
export async function deleteRule(db: Db, tenant_id: string, rule_id: string): Promise<void> {
  await db.deleteFrom('rules').where('tenant_id', '=', tenant_id).where('rule_id', '=', rule_id).execute()
}
