import type { PolicyRule } from '../login/password-policy.ts'

/** A password rule as a page shows it. `verified` is undefined before a password was checked. */
export type Rule = { message: string; verified: boolean | undefined; items: Rule[] }

/** The rules of a password policy as a page shows them: with `is_checked`, each with whether the password satisfies it. */
export function showRules(rules: PolicyRule[], is_checked: boolean): Rule[] {
  return rules.map((rule) => {
    const numbers = [...(rule.format ?? [])]
    const message = rule.message.replaceAll('%d', () => String(numbers.shift() ?? '')).replace('%s', 'aaa')
    const items = (rule.items ?? []).map((item) => ({
      message: item.message,
      verified: is_checked ? item.verified : undefined,
      items: [],
    }))
    return { message, verified: is_checked ? rule.verified : undefined, items }
  })
}

/** The notice for a password that a policy refuses: which of the checked rules it does not satisfy. */
export function weakPasswordNotice(rules: Rule[]): string {
  const missed = rules.filter(({ verified }) => verified === false)
  const named = missed.map(({ message, items }) =>
    [message, items.map((item) => item.message).join(', ')].join(' ').trim(),
  )
  return `This password is too weak. It does not satisfy: ${named.join('; ')}. Please choose another one.`
}
