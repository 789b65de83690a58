import type { PolicyRule } from '../login/password-policy.ts'
import type { MessageKey } from './messages/en.ts'
import type { Translate } from './translate.ts'

/**
 * A password rule as a page shows it. `verified` is undefined before a password was checked. `count` is the number of characters, or of
 * items, that the rule needs.
 */
export type Rule = { code: string; count: number; message: string; verified: boolean | undefined; items: Rule[] }

// The codes of `policyRules`.
const messages: Record<string, MessageKey> = {
  lengthAtLeast: 'rule_lengthAtLeast',
  shouldContain: 'rule_shouldContain',
  containsAtLeast: 'rule_containsAtLeast',
  lowerCase: 'rule_lowerCase',
  upperCase: 'rule_upperCase',
  numbers: 'rule_numbers',
  specialCharacters: 'rule_specialCharacters',
  identicalChars: 'rule_identicalChars',
}

/** The rules of a password policy as a page shows them: with `is_checked`, each with whether the password satisfies it. */
export function showRules(t: Translate, rules: PolicyRule[], is_checked: boolean): Rule[] {
  const show = (rule: Pick<PolicyRule, 'code' | 'message' | 'verified' | 'format' | 'items'>): Rule => {
    const items = (rule.items ?? []).map(show)
    const [count = items.length, total = items.length] = rule.format ?? []
    const key = messages[rule.code]
    return {
      code: rule.code,
      count,
      message: key === undefined ? rule.message : t(key, { count, total }),
      verified: is_checked ? rule.verified : undefined,
      items,
    }
  }
  return rules.map(show)
}
