import type { FastifyRequest } from 'fastify'
import type { Language } from '../base/message.ts'
import { brandOf, supportOf, type Support } from '../tenants/brand-of.ts'
import { languageOfTenant, type WantedLanguages } from '../tenants/choose-language.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { ownTextsOf, type OwnTexts } from './own-texts.ts'
import { themeOf, type BrandColours, type ColorScheme } from './theme.ts'

/** How the pages of a tenant look. */
export type Look = {
  language: Language
  /** The tenant's name; undefined for a page that belongs to no tenant. */
  name: string | undefined
  logo_url: string | undefined
  icon_url: string | undefined
  /** The stylesheet of the tenant's colours; empty without them. */
  theme: string
  support: Support | undefined
  /** Texts in the language that the tenant has replaced. */
  own_texts: OwnTexts
  /** It is shown in a frame of the dashboard: without script, links and forms do nothing. */
  is_preview?: boolean
  /** The colour scheme of a preview; by default that of the browser. */
  color_scheme?: ColorScheme
}

/** The look of a page without a tenant. */
export const plain_look: Look = {
  language: 'en',
  name: undefined,
  logo_url: undefined,
  icon_url: undefined,
  theme: '',
  support: undefined,
  own_texts: {},
}

// By the colours of a tenant as its cache holds them: a theme takes more CPU time than the page that has it.
const themes = new WeakMap<BrandColours, string>()

function knownTheme(colors: BrandColours): string {
  const theme = themes.get(colors) ?? themeOf(colors)
  themes.set(colors, theme)
  return theme
}

/** The look of a tenant's pages in the language that a request wants. */
export function lookOf(tenant: Tenant, wanted: WantedLanguages): Look {
  const { name, picture_url, favicon_url, colors } = brandOf(tenant)
  const language = languageOfTenant(tenant, wanted)
  return {
    language,
    name,
    logo_url: picture_url,
    icon_url: favicon_url,
    theme: colors ? knownTheme(colors) : '',
    support: supportOf(tenant),
    own_texts: ownTextsOf(tenant, language),
  }
}

/** The look of a page that answers a request. `ui_locales` is that of the authorization request, where there is one. */
export function lookFor(request: FastifyRequest, tenant: Tenant, ui_locales?: string): Look {
  return lookOf(tenant, { ui_locales, accept_language: request.headers['accept-language'] })
}

/** The look of a tenant's pages that exist in English only: those for admins and developers. */
export function englishLook(tenant: Tenant): Look {
  return { ...lookOf(tenant, {}), language: 'en', own_texts: {} }
}
