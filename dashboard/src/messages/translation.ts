import type { Messages, Part } from './en'

/** All texts of a group in another language, with the parameters that the English ones have. */
export type Translated<T> = T extends (...values: infer Values) => string
  ? (...values: Values) => string
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [Name in keyof T]: Translated<T[Name]> }
      : T

/** The texts of a part in another language. One that is missing, or that English does not have, is a type error. */
export const translation =
  <P extends Part>() =>
  (texts: Translated<Messages[P]>): Translated<Messages[P]> =>
    texts

/** How the texts of another language are loaded, part by part. */
export type Translation = { [P in Part]: () => Promise<Record<P, Translated<Messages[P]>>> }
