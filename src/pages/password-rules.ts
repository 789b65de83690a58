import type { PolicyRule } from '../login/password-policy.ts'

/** One rule for a password as a page shows it; `verified` is undefined while nothing was typed. */
export type Rule = { message: string; verified: boolean | undefined; items: Rule[] }

/** The policy's rules, with how a typed password fared against each when `tried`. */
export function shownRules(rules: PolicyRule[], tried: boolean): Rule[] {
  return rules.map((rule) => {
    const numbers = [...(rule.format ?? [])]
    const message = rule.message.replaceAll('%d', () => String(numbers.shift() ?? '')).replace('%s', 'aaa')
    const items = (rule.items ?? []).map((item) => ({
      message: item.message,
      verified: tried ? item.verified : undefined,
      items: [],
    }))
    return { message, verified: tried ? rule.verified : undefined, items }
  })
}
