import { htmlMessage, plainMessage, type Language, type MessageValues } from '../base/message.ts'
import { catalogues } from './messages/catalogues.ts'
import type { MessageKey } from './messages/en.ts'

/** Translates a key into the text of a language. */
export type Translate = (key: MessageKey, values?: MessageValues) => string

/** The texts of a language, as plain text. Not escaped: a template must escape them. */
export function translator(language: Language): Translate {
  return (key, values) => plainMessage(language, catalogues[language][key], values)
}

/** The texts of a language as HTML: everything is escaped, and each value stands in a `strong` element. */
export function htmlTranslator(language: Language): Translate {
  return (key, values) => htmlMessage(language, catalogues[language][key], values)
}
