const rules = new Map<string, Intl.PluralRules>()

/** The form of a text for a number, as the grammar of a language has it: `one` and `other` in English and German. */
export function plural(language: string, count: number, forms: { one: string; other: string }): string {
  const found = rules.get(language) ?? new Intl.PluralRules(language)
  rules.set(language, found)
  return found.select(count) === 'one' ? forms.one : forms.other
}

/** A number as a language writes it: `1,912,004`. */
export const number = (language: string, value: number): string => value.toLocaleString(language)

/** A share in percent with at most one decimal. Only the whole is 100 %: one person in a million who is left is not rounded away. */
export function percent(language: string, part: number, whole: number): string {
  const rounded = whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
  return `${number(language, part < whole ? Math.min(rounded, 99.9) : rounded)}\u00A0%`
}
