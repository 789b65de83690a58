import { languages } from 'virtual:contract'
import type { Answer, Input } from '../client/contract-types'
import type { Messages } from '../messages/en'

type TenantSettings = Answer<'getTenantSettings'>
type Body = Input<'updateTenantSettings'>['body']

/** The fields of the form, as flat as it is. A number field that is empty is a text. */
export type Settings = {
  friendly_name: string
  picture_url: string
  support_email: string
  support_url: string
  default_language: string
  other_languages: string[]
  ends_with_browser: boolean
  session_lifetime: number | string
  idle_session_lifetime: number | string
  ephemeral_session_lifetime: number | string
  idle_ephemeral_session_lifetime: number | string
  default_directory: string
  default_audience: string
  default_redirection_uri: string
  allowed_logout_urls: string[]
  oidc_conformant_answers: boolean
  says_user_exists: boolean
}

/** The longest lifetime of a session in hours, and the shortest. */
export const lifetime_hours = { min: 0.01, max: 8760 }

/** The lifetimes of sessions: by whether they end with the browser, and whether they are idle. */
export const lifetimes = {
  stays: ['session_lifetime', 'idle_session_lifetime'],
  ends: ['ephemeral_session_lifetime', 'idle_ephemeral_session_lifetime'],
} as const

const endsWithBrowser = ({ session_cookie: cookie }: TenantSettings): boolean =>
  typeof cookie === 'object' && cookie !== null && 'mode' in cookie && cookie.mode === 'non-persistent'

/** The form's values for the settings of a tenant. */
export function settingsOf(settings: TenantSettings): Settings {
  const [default_language = languages[0] ?? 'en', ...other_languages] = settings.enabled_locales ?? []
  return {
    friendly_name: settings.friendly_name ?? '',
    picture_url: settings.picture_url ?? '',
    support_email: settings.support_email ?? '',
    support_url: settings.support_url ?? '',
    default_language,
    other_languages,
    ends_with_browser: endsWithBrowser(settings),
    session_lifetime: settings.session_lifetime ?? '',
    idle_session_lifetime: settings.idle_session_lifetime ?? '',
    ephemeral_session_lifetime: settings.ephemeral_session_lifetime ?? '',
    idle_ephemeral_session_lifetime: settings.idle_ephemeral_session_lifetime ?? '',
    default_directory: settings.default_directory ?? '',
    default_audience: settings.default_audience ?? '',
    default_redirection_uri: settings.default_redirection_uri ?? '',
    allowed_logout_urls: settings.allowed_logout_urls ?? [],
    oidc_conformant_answers: settings.oidc_conformant_answers === true,
    says_user_exists: settings.flags?.enable_public_signup_user_exists_error === true,
  }
}

/** The body that saves the changed fields, and nothing else. */
export function settingsToSave(changed: Partial<Settings>, values: Settings): Body {
  const { default_language, other_languages, ends_with_browser, says_user_exists, ...same } = changed
  const has_languages = default_language !== undefined || other_languages !== undefined
  const others = values.other_languages.filter((language) => language !== values.default_language)
  return {
    ...same,
    ...(has_languages ? { enabled_locales: [values.default_language, ...others] } : {}),
    ...(ends_with_browser === undefined
      ? {}
      : { session_cookie: { mode: ends_with_browser ? 'non-persistent' : 'persistent' } }),
    ...(says_user_exists === undefined ? {} : { flags: { enable_public_signup_user_exists_error: says_user_exists } }),
  } as Body
}

const isAddress = (text: string): boolean => text === '' || /^[^\s@]+@[^\s@]+$/.test(text)
const isUrl = (text: string): boolean => text === '' || /^https?:\/\/[^\s/]+/i.test(text)
const isLifetime = (value: number | string): boolean =>
  typeof value === 'number' && value >= lifetime_hours.min && value <= lifetime_hours.max

/** What is wrong with the values, by field, before they are sent. */
export function settingsProblems(values: Settings, t: Messages['tenant']): Partial<Record<keyof Settings, string>> {
  const problems: Partial<Record<keyof Settings, string>> = {}
  if (!isAddress(values.support_email)) problems.support_email = t.emailRule
  for (const name of ['picture_url', 'support_url', 'default_redirection_uri'] as const) {
    if (!isUrl(values[name])) problems[name] = t.urlRule
  }
  if (!values.allowed_logout_urls.every(isUrl)) problems.allowed_logout_urls = t.urlRule
  for (const name of [...lifetimes.stays, ...lifetimes.ends]) {
    if (!isLifetime(values[name])) problems[name] = t.hoursRule(lifetime_hours.min, lifetime_hours.max)
  }
  return problems
}

/** The fields of properties that have another name in the form. */
export const field_of_property = {
  enabled_locales: 'other_languages',
  session_cookie: 'ends_with_browser',
  flags: 'says_user_exists',
} as const
