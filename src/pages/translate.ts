import { htmlMessage, plainMessage, type Message, type MessageValues } from '../base/message.ts'
import { catalogues } from './messages/catalogues.ts'
import type { Look } from './look.ts'
import type { MessageKey } from './messages/en.ts'

type Texts = Pick<Look, 'language' | 'own_texts'>

const textOf = ({ language, own_texts }: Texts, key: MessageKey): Message => own_texts[key] ?? catalogues[language][key]

/** Translates a key into the text of a language. */
export type Translate = (key: MessageKey, values?: MessageValues) => string

/** The texts of a look, as plain text. Not escaped: a template must escape them. */
export function translator(look: Texts): Translate {
  return (key, values) => plainMessage(look.language, textOf(look, key), values)
}

/** The texts of a look as HTML: everything is escaped, and each value stands in a `strong` element. */
export function htmlTranslator(look: Texts): Translate {
  return (key, values) => htmlMessage(look.language, textOf(look, key), values)
}
