import { Refusal, invalidBody } from '../contract/refusal.ts'
import type { ConnectionCounter } from '../store/connection-counters.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import { connectionMode, type StoredOptions } from './connection.ts'
import { activeKinds, identifier_kinds, identifierRules } from './identifier-rules.ts'

function refuse(text: string): never {
  throw invalidBody(text)
}

/** Checks the attributes by themselves. Where Auth0 refuses them too, the sentence is Auth0's. */
function checkAttributes(options: StoredOptions): void {
  const { attributes } = options
  if (attributes === undefined) return
  for (const name of ['requires_username', 'validation'] as const) {
    if (options[name] !== undefined) refuse(`Cannot set both options.attributes and options.${name}`)
  }
  if (activeKinds(options).length === 0) refuse('attributes must contain one active identifier')
  const rules = identifierRules(options)
  for (const kind of identifier_kinds) {
    const { is_required, at_signup } = rules[kind]
    if (is_required && at_signup !== 'required') refuse(`attribute ${kind} must also be required on signup`)
  }
  if (!rules.email.is_unique && rules.email.is_active) {
    refuse('options.attributes.email.unique is false, so that options.attributes.email.identifier cannot be active')
  }
  const { min_length = 1, max_length = 128 } = attributes.username?.validation ?? {}
  if (min_length > max_length) refuse('options.attributes.username.validation.min_length is greater than max_length')
}

/**
 * Checks options by themselves and against the tenant's plan.
 *
 * @throws {Refusal} `plan_required`, `invalid_body`
 */
export function checkOptions(tenant: Tenant, options: StoredOptions): void {
  const mode = connectionMode(options)
  if (mode === 'import') requirePlan(tenant, 'import_mode')
  if (mode === 'legacy') requirePlan(tenant, 'legacy_mode')
  checkAttributes(options)
  const length = options.validation?.username
  if (length && length.min > length.max) refuse('options.validation.username.min is greater than max')
  const ports = (options.egress?.allow ?? []).map((pair) => Number(pair.slice(pair.lastIndexOf(':') + 1)))
  if (ports.some((port) => port < 1 || port > 65_535))
    refuse('A port in options.egress.allow is not between 1 and 65535')
}

type Counters = Partial<Record<ConnectionCounter, number>>

// Users keep their ids, and so do tombstones.
const hasFinalIds = (counters: Counters): boolean =>
  (counters.users ?? 0) + (counters['state:migrated'] ?? 0) + (counters['state:deleted'] ?? 0) > 0

/**
 * Checks a change of options against the users and migration records of the connection.
 *
 * @param force whether import mode may be turned off although users have moved
 * @throws {Refusal} `connection_has_users`, `import_mode_in_use`, `script_context_is_final`, `id_namespace_is_final`, `invalid_body`
 */
export function checkOptionsChange(
  before: StoredOptions,
  after: StoredOptions,
  counters: Counters,
  force: boolean,
): void {
  const customized = (options: StoredOptions): boolean => options.enabledDatabaseCustomization === true
  if (customized(before) !== customized(after) && (counters.users ?? 0) > 0) throw new Refusal('connection_has_users')
  const ends_import = connectionMode(before) === 'import' && connectionMode(after) !== 'import'
  if (ends_import && (counters['state:migrated'] ?? 0) > 0 && !force) throw new Refusal('import_mode_in_use')
  if (before.enable_script_context === true && after.enable_script_context === false) {
    throw new Refusal('script_context_is_final')
  }
  const isUnique = (options: StoredOptions): boolean => identifierRules(options).email.is_unique
  if (!isUnique(before) && isUnique(after) && (counters.users ?? 0) > 0) {
    refuse('options.attributes.email.unique cannot become true: users of this connection may have the same address')
  }
  if (before.id_namespace !== after.id_namespace && hasFinalIds(counters)) throw new Refusal('id_namespace_is_final')
}
