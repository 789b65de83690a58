import type { Answer, Input } from '../client/contract-types'
import type { Messages } from '../messages/en'

type Connection = Answer<'getConnection'>
type Body = Input<'updateConnectionSettings'>['body']

/** The fields of the form, as flat as it is. A switch says what an admin reads: `allows_signup`, not `disable_signup`. */
export type Settings = {
  display_name: string
  allows_signup: boolean
  allows_reset: boolean
  identifier_first: boolean
  requires_username: boolean
  domain_aliases: string[]
  password_policy: string
  min_length: number | string
  brute_force_protection: boolean
  id_namespace: string
  verify_email_on_migration: boolean
  ignore_legacy_second_factor: boolean
  latency_floor_ms: number | string
  forgot_password_text: string
  forgot_password_url: string
  set_user_root_attributes: string
  non_persistent_attrs: string[]
}

/** The password policies, from the weakest. */
export const password_policies = ['none', 'low', 'fair', 'good', 'excellent'] as const

/** When a profile of the legacy store replaces the one here. */
export const profile_updates = ['on_each_login', 'on_first_login', 'never_on_login'] as const

/** The longest `latency_floor_ms` and password length of the contract. */
export const latency_floor_max_ms = 10_000
export const min_length_max = 128

/** The form's values for a connection. */
export function settingsOf({ display_name, options }: Connection): Settings {
  return {
    display_name: display_name ?? '',
    allows_signup: options.disable_signup !== true,
    allows_reset: options.disable_self_service_change_password !== true,
    identifier_first: options.identifier_first === true,
    requires_username: options.requires_username === true,
    domain_aliases: options.domain_aliases ?? [],
    password_policy: options.passwordPolicy ?? 'none',
    min_length: options.password_complexity_options?.min_length ?? '',
    brute_force_protection: options.brute_force_protection !== false,
    id_namespace: options.id_namespace ?? '',
    verify_email_on_migration: options.verify_email_on_migration === true,
    ignore_legacy_second_factor: options.ignore_legacy_second_factor === true,
    latency_floor_ms: options.latency_floor_ms ?? '',
    forgot_password_text: options.forgot_password_text ?? '',
    forgot_password_url: options.forgot_password_url ?? '',
    set_user_root_attributes: options.set_user_root_attributes ?? 'on_each_login',
    non_persistent_attrs: options.non_persistent_attrs ?? [],
  }
}

const orNull = <T>(value: T | '' | undefined): T | null => (value === '' || value === undefined ? null : value)
const numberOrNull = (value: number | string): number | null => (typeof value === 'number' ? value : null)

type Save = { [K in keyof Settings]: (value: Settings[K]) => Body }

// How each field is sent: null removes an option, which then has its default.
const saves: Save = {
  display_name: (value) => ({ display_name: value }),
  allows_signup: (value) => ({ options: { disable_signup: !value } }),
  allows_reset: (value) => ({ options: { disable_self_service_change_password: !value } }),
  identifier_first: (value) => ({ options: { identifier_first: value } }),
  requires_username: (value) => ({ options: { requires_username: value } }),
  domain_aliases: (value) => ({ options: { domain_aliases: value.length === 0 ? null : value } }),
  password_policy: (value) => ({
    options: { passwordPolicy: password_policies.find((policy) => policy === value) ?? null },
  }),
  min_length: (value) => ({
    options: { password_complexity_options: typeof value === 'number' ? { min_length: value } : null },
  }),
  brute_force_protection: (value) => ({ options: { brute_force_protection: value } }),
  id_namespace: (value) => ({ options: { id_namespace: orNull(value) } }),
  verify_email_on_migration: (value) => ({ options: { verify_email_on_migration: value } }),
  ignore_legacy_second_factor: (value) => ({ options: { ignore_legacy_second_factor: value } }),
  latency_floor_ms: (value) => ({ options: { latency_floor_ms: numberOrNull(value) } }),
  forgot_password_text: (value) => ({ options: { forgot_password_text: orNull(value) } }),
  forgot_password_url: (value) => ({ options: { forgot_password_url: orNull(value) } }),
  set_user_root_attributes: (value) => ({
    options: { set_user_root_attributes: profile_updates.find((update) => update === value) ?? null },
  }),
  non_persistent_attrs: (value) => ({ options: { non_persistent_attrs: value.length === 0 ? null : value } }),
}

/** The body that saves the changed fields, and nothing else. */
export function optionsToSave(changed: Partial<Settings>): Body {
  const parts = Object.entries(changed).map(([field, value]) =>
    (saves[field as keyof Settings] as (value: unknown) => Body)(value),
  )
  const options = Object.assign({}, ...parts.map((part) => part.options ?? {})) as NonNullable<Body['options']>
  return { ...Object.assign({}, ...parts), ...(Object.keys(options).length === 0 ? {} : { options }) } as Body
}

/** What is wrong with the values, by field, before they are sent. */
export function settingsProblems(
  values: Settings,
  { display_name }: Connection,
  t: Messages['connections'],
): Partial<Record<keyof Settings, string>> {
  const problems: Partial<Record<keyof Settings, string>> = {}
  if (!/^[A-Za-z0-9_-]{0,64}$/.test(values.id_namespace)) problems.id_namespace = t.idNamespaceRule
  if (values.display_name === '' && display_name !== undefined) problems.display_name = t.displayNameRule
  if (values.domain_aliases.some((domain) => /[\s@/:]/.test(domain))) problems.domain_aliases = t.domainsRule
  return problems
}
