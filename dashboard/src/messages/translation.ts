import type { Messages, Part } from './en'

/** Some of the texts of a group, with the parameters that the English ones have. */
type Some<T> = T extends (...values: infer Values) => string
  ? (...values: Values) => string
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [Name in keyof T]?: Some<T[Name]> }
      : T

/** The texts of a part in another language. What is missing is shown in English. */
export const translation =
  <P extends Part>() =>
  <T extends Some<Messages[P]>>(texts: T): T =>
    texts

/** How the texts of another language are loaded, part by part. */
export type Translation = { [P in Part]?: () => Promise<Record<P, Some<Messages[P]>>> }

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** English texts, each replaced by its translation where there is one. */
export function translated(english: unknown, texts: unknown): unknown {
  if (!isGroup(english) || !isGroup(texts)) return texts ?? english
  return Object.fromEntries(Object.entries(english).map(([name, text]) => [name, translated(text, texts[name])]))
}
