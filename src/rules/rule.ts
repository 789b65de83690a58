/**
 * Rules: what a tenant runs after each successful authentication, and how its answer changes the login and its tokens. It knows neither
 * grants nor pages: the login passes in what it decided, and applies the decision.
 */
import type { ListPart, Page } from '../base/page.ts'
import type { Rule as ShownRule } from '../contract/rule.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { ruleAad } from '../store/sealed-aad.ts'
import type { Db, RulesTable } from '../store/tables.ts'

/** The script of a rule in the clear. Only for a call, and for a reader of the rule. */
export function openRule(sealer: Sealer, { tenant_id, rule_id, script_sealed }: RulesTable): string {
  return sealer.open(script_sealed, ruleAad(tenant_id, rule_id))
}

/** A rule as the API shows it. */
export function showRule(sealer: Sealer, row: RulesTable): ShownRule {
  return {
    id: row.rule_id,
    name: row.name,
    script: openRule(sealer, row),
    order: row.sort_order,
    enabled: row.enabled === 1,
    stage: 'login_success',
  }
}

/** A page of the rules of a tenant, in the order in which they run. */
export async function listRules(
  deps: { db: Db; sealer: Sealer },
  tenant_id: string,
  filter: { enabled?: boolean },
  { page, per_page }: Extract<Page, { kind: 'offset' }>,
): Promise<ListPart<ShownRule>> {
  const { db, sealer } = deps
  let query = db.selectFrom('rules').where('tenant_id', '=', tenant_id)
  if (filter.enabled !== undefined) query = query.where('enabled', '=', filter.enabled ? 1 : 0)
  const counted = await query.select((row) => row.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy('sort_order')
    .limit(per_page)
    .offset(page * per_page)
    .execute()
  return { items: rows.map((row) => showRule(sealer, row)), total: Number(counted.total) }
}

/**
 * The rule with this id.
 *
 * @throws {Refusal} `inexistent_rule`
 */
export async function ruleById(db: Db, tenant_id: string, rule_id: string): Promise<RulesTable> {
  return await db
    .selectFrom('rules')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('rule_id', '=', rule_id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_rule'))
}
