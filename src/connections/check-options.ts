import { Refusal, invalidBody } from '../contract/refusal.ts'
import type { ConnectionCounter } from '../store/connection-counters.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import { connectionMode, type StoredOptions } from './connection.ts'

function refuse(text: string): never {
  throw invalidBody(text)
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
  if (options.attributes !== undefined && options.requires_username !== undefined) {
    refuse('Cannot set both options.attributes and options.requires_username')
  }
  if (options.attributes !== undefined && options.validation !== undefined) {
    refuse('Cannot set both options.attributes and options.validation')
  }
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
 * @throws {Refusal} `connection_has_users`, `import_mode_in_use`, `script_context_is_final`, `id_namespace_is_final`
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
  if (before.id_namespace !== after.id_namespace && hasFinalIds(counters)) throw new Refusal('id_namespace_is_final')
}
