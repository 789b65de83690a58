import { languages, type Language } from '../base/message.ts'
import { newTenantSettings } from '../contract/tenant-settings.ts'
import type { Tenant } from './tenant.ts'

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
  return languages.find((language) => language === primary)
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
 * The language of a page or a mail: the first of `ui_locales`, then of `Accept-Language`, that the tenant has enabled, else the tenant's first.
 * Enabled tags of other languages are ignored; where none is left, it is English.
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

/** The language of a tenant's page or mail for a request; without one, the tenant's first. */
export function languageOfTenant({ settings }: Tenant, wanted: WantedLanguages = {}): Language {
  const locales: unknown = settings['enabled_locales']
  const enabled = Array.isArray(locales) ? locales.filter((locale) => typeof locale === 'string') : undefined
  return chooseLanguage(wanted, enabled ?? newTenantSettings.enabled_locales)
}
