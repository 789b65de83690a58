import { pattern_names } from 'virtual:contract'
import type { PasswordRule, RefusedProperty } from '../client/problem-error'
import type { Messages } from '../messages/en'

type Texts = Messages['refusals']

// What the server says about lengths and numbers, with the limit.
const limits: readonly [RegExp, (texts: Texts, limit: number) => string][] = [
  [/^String is too short \(\d+ chars\), minimum (\d+)$/, (t, limit) => t.tooShort(limit)],
  [/^String is too long \(\d+ chars\), maximum (\d+)$/, (t, limit) => t.tooLong(limit)],
  [/^Array is too short \(\d+\), minimum (\d+)$/, (t, limit) => t.tooFew(limit)],
  [/^Array is too long \(\d+\), maximum (\d+)$/, (t, limit) => t.tooMany(limit)],
  [/^Value is less than minimum (-?[\d.]+)$/, (t, limit) => t.tooSmall(limit)],
  [/^Value is greater than maximum (-?[\d.]+)$/, (t, limit) => t.tooLarge(limit)],
]

const isKnown = <T extends object>(texts: T, name: string): name is keyof T & string => Object.hasOwn(texts, name)

function ruleText({ code, numbers, missing }: PasswordRule, { rules, characters }: Texts): string[] {
  const names = missing.flatMap((name) => (isKnown(characters, name) ? [characters[name]] : []))
  const [first = 0] = numbers
  return isKnown(rules, code) ? [rules[code](first, names.join(', '))] : []
}

/** What is wrong with a property of a body, for its field: the server's text where this dashboard has none of its own. */
export function refusalText({ text, password_rules }: RefusedProperty, t: Texts): string {
  const rules = (password_rules ?? []).flatMap((rule) => ruleText(rule, t))
  if (rules.length > 0) return t.weakPassword(rules.join('; '))
  const pattern = Object.hasOwn(pattern_names, text) ? pattern_names[text] : undefined
  if (pattern !== undefined) return t.pattern(pattern, text)
  for (const [form, textOf] of limits) {
    const [, limit] = form.exec(text) ?? []
    if (limit !== undefined) return textOf(t, Number(limit))
  }
  return text
}
