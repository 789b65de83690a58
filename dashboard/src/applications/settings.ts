import type { Input } from '../client/contract-types'
import type { Messages } from '../messages/en'
import { linesOf } from '../ui/lines'
import { authenticationOf, type Client } from './client-types'
import { addressProblem, linesProblem, url_lists } from './url-rules'

type Body = Input<'updateClient'>['body']
type AppType = NonNullable<Client['app_type']>
type AuthMethod = 'none' | 'client_secret_post' | 'client_secret_basic'

/** The fields of the form, as flat as it is: a list of URLs is a text of lines, and a lifetime that has no end is one switch. */
export type Settings = {
  name: string
  description: string
  app_type: AppType | null
  callbacks: string
  allowed_logout_urls: string
  initiate_login_uri: string
  web_origins: string
  allowed_origins: string
  grant_types: string[]
  token_endpoint_auth_method: AuthMethod
  is_first_party: boolean
  is_token_endpoint_ip_header_trusted: boolean
  answers: 'tenant' | 'auth0' | 'standard'
  id_token_lifetime: number | string
  rotates: boolean
  leeway: number | string
  has_end: boolean
  token_lifetime: number | string
  has_idle_end: boolean
  idle_token_lifetime: number | string
  cross_origin_authentication: boolean
  custom_login_page_on: boolean
  custom_login_page: string
  metadata: { name: string; value: string }[]
}

/** The grant types that have an effect here, the usual ones first. */
export const grant_types = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  'password',
  'http://auth0.com/oauth/grant-type/password-realm',
] as const

/** The methods of authentication with a secret, and none. */
export const auth_methods: readonly AuthMethod[] = ['none', 'client_secret_post', 'client_secret_basic']

/** The longest lifetimes of the contract, in seconds. */
export const id_token_lifetime_max = 2_592_000
export const refresh_lifetime_max = 157_788_000
export const leeway_max = 31_557_600
export const metadata_max = 10

const day_s = 86_400
// What counts where the application says nothing.
const default_id_token_s = 36_000
const default_refresh_s = 30 * day_s
const default_idle_s = 15 * day_s

const textOfLines = (lines: readonly string[] | undefined): string => (lines ?? []).join('\n')

function refreshSettings({ refresh_token }: Client) {
  const never_ends = refresh_token?.expiration_type === 'non-expiring'
  return {
    rotates: refresh_token?.rotation_type !== 'non-rotating',
    leeway: refresh_token?.leeway ?? 0,
    has_end: !never_ends && refresh_token?.infinite_token_lifetime !== true,
    token_lifetime: refresh_token?.token_lifetime ?? default_refresh_s,
    has_idle_end: !never_ends && refresh_token?.infinite_idle_token_lifetime !== true,
    idle_token_lifetime: refresh_token?.idle_token_lifetime ?? default_idle_s,
  }
}

function methodOf(client: Client): AuthMethod {
  return client.token_endpoint_auth_method ?? (authenticationOf(client) === 'none' ? 'none' : 'client_secret_post')
}

const metadataOf = ({ client_metadata }: Client): Settings['metadata'] =>
  Object.entries(client_metadata ?? {}).map(([name, value]) => ({ name, value: value ?? '' }))

/** The form's values for an application. */
export function settingsOf(client: Client): Settings {
  const { oidc_conformant_answers } = client
  return {
    name: client.name,
    description: client.description ?? '',
    app_type: client.app_type ?? null,
    callbacks: textOfLines(client.callbacks),
    allowed_logout_urls: textOfLines(client.allowed_logout_urls),
    initiate_login_uri: client.initiate_login_uri ?? '',
    web_origins: textOfLines(client.web_origins),
    allowed_origins: textOfLines(client.allowed_origins),
    grant_types: client.grant_types ?? [],
    token_endpoint_auth_method: methodOf(client),
    is_first_party: client.is_first_party !== false,
    is_token_endpoint_ip_header_trusted: client.is_token_endpoint_ip_header_trusted === true,
    answers: oidc_conformant_answers === undefined ? 'tenant' : oidc_conformant_answers ? 'standard' : 'auth0',
    id_token_lifetime: client.jwt_configuration?.lifetime_in_seconds ?? default_id_token_s,
    ...refreshSettings(client),
    cross_origin_authentication: client.cross_origin_authentication === true,
    custom_login_page_on: client.custom_login_page_on !== false,
    custom_login_page: client.custom_login_page ?? '',
    metadata: metadataOf(client),
  }
}

const numberOf = (value: number | string): number => Number(value)

/** The whole member: the server replaces it. */
function refreshBody(client: Client, values: Settings): Body {
  const { rotates, has_end, has_idle_end } = values
  return {
    refresh_token: {
      ...client.refresh_token,
      rotation_type: rotates ? 'rotating' : 'non-rotating',
      // Tokens that rotate always expire at Auth0; those without an end say so by the other two members.
      expiration_type: rotates || has_end || has_idle_end ? 'expiring' : 'non-expiring',
      leeway: numberOf(values.leeway),
      token_lifetime: numberOf(values.token_lifetime),
      infinite_token_lifetime: !has_end,
      idle_token_lifetime: numberOf(values.idle_token_lifetime),
      infinite_idle_token_lifetime: !has_idle_end,
    },
  }
}

/** Only the names that changed: the server keeps the others, and null removes one. */
function metadataBody(client: Client, { metadata }: Settings): Body {
  const before = client.client_metadata ?? {}
  const next = new Map(metadata.map(({ name, value }) => [name.trim(), value]))
  const removed = Object.keys(before).filter((name) => !next.has(name))
  const set = [...next].filter(([name, value]) => before[name] !== value)
  return { client_metadata: Object.fromEntries([...removed.map((name) => [name, null] as const), ...set]) }
}

const lines = (name: keyof typeof url_lists) => (_client: Client, values: Settings) => ({
  [name]: linesOf(values[name]),
})

type Save = (client: Client, values: Settings) => Body

// How each field is sent.
const saves: Record<keyof Settings, Save> = {
  name: (_client, { name }) => ({ name: name.trim() }),
  description: (_client, { description }) => ({ description: description.trim() }),
  app_type: (_client, { app_type }) => (app_type === null ? {} : { app_type }),
  callbacks: lines('callbacks'),
  allowed_logout_urls: lines('allowed_logout_urls'),
  initiate_login_uri: (_client, { initiate_login_uri }) => ({ initiate_login_uri: initiate_login_uri.trim() }),
  web_origins: lines('web_origins'),
  allowed_origins: lines('allowed_origins'),
  grant_types: (_client, values) => ({ grant_types: values.grant_types }),
  token_endpoint_auth_method: (_client, values) => ({ token_endpoint_auth_method: values.token_endpoint_auth_method }),
  is_first_party: (_client, { is_first_party }) => ({ is_first_party }),
  is_token_endpoint_ip_header_trusted: (_client, { is_token_endpoint_ip_header_trusted }) => ({
    is_token_endpoint_ip_header_trusted,
  }),
  answers: (_client, { answers }) => (answers === 'tenant' ? {} : { oidc_conformant_answers: answers === 'standard' }),
  id_token_lifetime: (_client, { id_token_lifetime }) => ({
    jwt_configuration: { lifetime_in_seconds: numberOf(id_token_lifetime) },
  }),
  rotates: refreshBody,
  leeway: refreshBody,
  has_end: refreshBody,
  token_lifetime: refreshBody,
  has_idle_end: refreshBody,
  idle_token_lifetime: refreshBody,
  cross_origin_authentication: (_client, { cross_origin_authentication }) => ({ cross_origin_authentication }),
  custom_login_page_on: (_client, { custom_login_page_on }) => ({ custom_login_page_on }),
  custom_login_page: (_client, { custom_login_page }) => ({ custom_login_page }),
  metadata: metadataBody,
}

/** The body that saves the changed fields, and nothing else. */
export function bodyToSave(client: Client, values: Settings, changed: Partial<Settings>): Body {
  const parts = Object.keys(changed).map((field) => saves[field as keyof Settings](client, values))
  return Object.assign({}, ...parts) as Body
}

const is_whole = (value: number | string, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max

function lifetimeProblems(values: Settings, t: Messages['applications']): Record<string, string> {
  const limits = [
    ['id_token_lifetime', 1, id_token_lifetime_max],
    ['leeway', 0, leeway_max],
    ['token_lifetime', 1, refresh_lifetime_max],
    ['idle_token_lifetime', 1, refresh_lifetime_max],
  ] as const
  const wrong = limits.filter(([name, min, max]) => !is_whole(values[name], min, max))
  return Object.fromEntries(wrong.map(([name, min, max]) => [name, t.lifetimeRule(min, max)]))
}

function metadataProblem({ metadata }: Settings): boolean {
  const names = metadata.map(({ name }) => name.trim())
  const is_long = metadata.some(({ name, value }) => name.trim().length > 255 || value.length > 255)
  return is_long || names.includes('') || new Set(names).size < names.length
}

/** What is wrong with the values, by field, before they are sent. */
export function settingsProblems(values: Settings, t: Messages['applications']): Record<string, string | null> {
  const lists = Object.entries(url_lists).map(
    ([name, kind]) => [name, linesProblem(kind, values[name as keyof typeof url_lists], t.urlProblems)] as const,
  )
  return {
    ...Object.fromEntries(lists),
    ...lifetimeProblems(values, t),
    initiate_login_uri: addressProblem(values.initiate_login_uri, t.urlProblems),
    name: /^[^<>]{1,200}$/.test(values.name.trim()) ? null : t.nameRule,
    metadata: metadataProblem(values) ? t.metadataRule : null,
  }
}
