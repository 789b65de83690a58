// Tables of rules.
import type { Flag } from './flag.ts'

/** Rules: scripts that run after each successful authentication. `script_sealed` is bound to the rule. */
export type RulesTable = {
  tenant_id: string
  rule_id: string
  name: string
  script_sealed: string
  /** Rules run in this order; no two rules of a tenant have the same one. */
  sort_order: number
  enabled: Flag
  created_at: number
  updated_at: number
}

/** Values that the rules of a tenant read as `configuration`; each is bound to its key. */
export type RulesConfigsTable = {
  tenant_id: string
  config_key: string
  value_sealed: string
  updated_at: number
}
