import { de } from './messages/de.ts'
import { en, type MessageKey } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'
import { ja } from './messages/ja.ts'
import type { Message } from './messages/message.ts'

/** The texts of every language, by its tag (BCP 47). */
export const catalogues = { en, es, de, fr, ja } satisfies Record<string, Record<MessageKey, Message>>

/** A language of the pages. */
export type Language = keyof typeof catalogues

/** What a request says about languages. */
export type WantedLanguages = {
  /** `ui_locales` of an authorization request: language tags, separated by spaces (OpenID Connect Core, section 3.1.2.1). */
  ui_locales?: string | undefined
  /** The `Accept-Language` header (RFC 9110, section 12.5.4). */
  accept_language?: string | undefined
}

// A longer list is cut: no browser sends one.
const length_max = 1000

/** The language of a tag by its primary subtag: `fr-CA` is French. */
function languageOf(tag: string): Language | undefined {
  const primary = tag.trim().split(/[-_]/)[0]?.toLowerCase() ?? ''
  return Object.hasOwn(catalogues, primary) ? (primary as Language) : undefined
}

function acceptedTags(header: string): string[] {
  const ranges = header.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';')
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean)
    return { tag, quality: quality === undefined ? 1 : Number(quality) }
  })
  return ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}

/**
 * The language of a page: the first of `ui_locales`, then of `Accept-Language`, that the tenant has enabled, else the tenant's first.
 * Enabled tags without a catalogue here are ignored; where none is left, the pages are in English.
 */
export function chooseLanguage(
  { ui_locales = '', accept_language = '' }: WantedLanguages,
  enabled_locales: readonly string[],
): Language {
  const enabled = enabled_locales.map(languageOf).filter((language) => language !== undefined)
  const wanted = [
    ...ui_locales.slice(0, length_max).split(' '),
    ...acceptedTags(accept_language.slice(0, length_max)),
  ].map(languageOf)
  return wanted.find((language) => language !== undefined && enabled.includes(language)) ?? enabled[0] ?? 'en'
}
