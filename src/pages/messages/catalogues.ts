/**
 * Messages: the texts of the pages, a file per language. It knows neither the pages nor how a text is shown.
 */
import type { Language, Message } from '../../base/message.ts'
import { de } from './de.ts'
import { en, type MessageKey } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'

/** The texts of the pages in every language. */
export const catalogues: Readonly<Record<Language, Readonly<Record<MessageKey, Message>>>> = { en, es, de, fr, ja }
