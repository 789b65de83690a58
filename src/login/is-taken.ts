import { canonicalIdentifier } from '../base/canonical.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { outcomes } from '../contract/outcomes.ts'
import type { Through } from '../migration/records.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import type { LoginParts } from './login-parts.ts'
import { isKnownUnmoved, probeLegacy } from './probe-legacy.ts'

async function isTakenHere(parts: LoginParts, connection: Connection, values: string[]): Promise<boolean> {
  const row = await parts.db
    .selectFrom('user_identifiers')
    .select('user_id')
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('value', 'in', values)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The forms in which a legacy store is asked for an identifier that would be taken here: as typed, and as it is kept
 * here. A store that compares letter by letter knows nobody by the first where the second is somebody's.
 */
export function askedForms(typed: readonly string[]): string[] {
  return [...new Set(typed.flatMap((each) => [each, canonicalIdentifier(each)]))]
}

/**
 * Whether somebody has one of these identifiers (as typed) already: here, in the legacy store, or in the ledger. A legacy
 * user who was deleted here does not count.
 *
 * @throws {Refusal} `signup_unavailable` when the legacy store cannot tell
 */
export async function isTaken(
  parts: LoginParts,
  tenant: Tenant,
  connection: Connection,
  typed: string[],
  through: Through,
): Promise<boolean> {
  if (await isTakenHere(parts, connection, typed.map(canonicalIdentifier))) return true
  if (connection.mode === 'local') return false
  if (connection.mode === 'legacy') throw new Refusal('legacy_mode_unsupported')
  requirePlan(tenant, 'import_mode')
  for (const identifier of askedForms(typed)) {
    const probe = await probeLegacy(parts, connection, identifier, through)
    if (probe.kind === 'failed') {
      const unreachable = outcomes[probe.outcome].problem === 'legacy_unavailable'
      parts.log.warn(
        { connection: connection.name, outcome: probe.outcome },
        'get_user could not tell whether a user exists',
      )
      throw new Refusal('signup_unavailable', unreachable ? { retry_after_s: 5 } : {})
    }
    if (probe.kind === 'found' && !probe.tombstoned) return true
    if (probe.kind === 'not_found' && (await isKnownUnmoved(parts, connection, canonicalIdentifier(identifier))))
      return true
  }
  return false
}
