import type { Item } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useRead, type ReadOptions } from '../client/use-client'

/** A rule, as it is saved. */
export type Rule = Item<'listRules'>

// A tenant has at most as many.
const all_rules = 100

/** All rules of the tenant, in the order in which they run. */
export function useRules(options: ReadOptions = {}): {
  rules: readonly Rule[] | undefined
  error: ProblemError | null
  retry: () => void
} {
  const { data, error, refetch } = useRead('listRules', { per_page: all_rules }, options)
  return { rules: Array.isArray(data) ? data : undefined, error, retry: () => void refetch() }
}
