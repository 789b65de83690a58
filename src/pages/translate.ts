import { catalogues, type Language } from './choose-language.ts'
import type { MessageKey } from './messages/en.ts'

/** The values of a message's placeholders. `count` also chooses the plural form. */
export type MessageValues = Record<string, string | number>

/** Translates a key into the text of a language. */
export type Translate = (key: MessageKey, values?: MessageValues) => string

const plural_rules = new Map(Object.keys(catalogues).map((language) => [language, new Intl.PluralRules(language)]))

function patternOf(language: Language, key: MessageKey, count: unknown): string {
  const message = catalogues[language][key]
  if (typeof message === 'string') return message
  const is_one = plural_rules.get(language)?.select(Number(count)) === 'one'
  return is_one ? message.one : message.other
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function fill(pattern: string, values: MessageValues, show: (value: string) => string): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`A page text lacks the value of {${name}}: ${pattern}`)
    return show(String(value))
  })
}

/** The texts of a language, as plain text. Not escaped: a template must escape them. */
export function translator(language: Language): Translate {
  return (key, values = {}) => fill(patternOf(language, key, values['count']), values, (value) => value)
}

/** The texts of a language as HTML: everything is escaped, and each value stands in a `strong` element. */
export function htmlTranslator(language: Language): Translate {
  return (key, values = {}) =>
    fill(
      escapeHtml(patternOf(language, key, values['count'])),
      values,
      (value) => `<strong>${escapeHtml(value)}</strong>`,
    )
}
