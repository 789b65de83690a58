import { escapeHtml } from './escape-html.ts'

/** The languages that pages and mails have texts in, by their tags (BCP 47). */
export const languages = ['en', 'es', 'de', 'fr', 'ja'] as const

/** One of `languages`. */
export type Language = (typeof languages)[number]

/** One text in one language: plain, or by plural category (Unicode CLDR) of its `count`. `{name}` is a placeholder. */
export type Message = string | { one: string; other: string }

/** The values of a message's placeholders. `count` also chooses the plural form. */
export type MessageValues = Record<string, string | number>

const plural_rules = new Map(languages.map((language) => [language, new Intl.PluralRules(language)]))

function patternOf(language: Language, message: Message, count: unknown): string {
  if (typeof message === 'string') return message
  return plural_rules.get(language)?.select(Number(count)) === 'one' ? message.one : message.other
}

function fill(pattern: string, values: MessageValues, show: (value: string) => string): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`A text lacks the value of {${name}}: ${pattern}`)
    return show(String(value))
  })
}

/** A message as plain text. Not escaped: a template must escape it. */
export function plainMessage(language: Language, message: Message, values: MessageValues = {}): string {
  return fill(patternOf(language, message, values['count']), values, (value) => value)
}

/** A message as HTML: everything is escaped, and each value stands in a `strong` element. */
export function htmlMessage(language: Language, message: Message, values: MessageValues = {}): string {
  const pattern = escapeHtml(patternOf(language, message, values['count']))
  return fill(pattern, values, (value) => `<strong>${escapeHtml(value)}</strong>`)
}
