import { canonicalIdentifier } from '../base/canonical.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Connection } from '../connections/connection.ts'
import { outcomes } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Through } from '../migration/record-observation.ts'
import type { Db } from '../store/tables.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import { isKnownUnmoved, lookUpLegacyUser, type LookUpLegacyUserDeps } from './look-up-legacy-user.ts'

/** What the check needs. */
export type IsTakenDeps = LookUpLegacyUserDeps & { log: ProcessLog }

async function isTakenHere(db: Db, connection: Connection, values: string[]): Promise<boolean> {
  const row = await db
    .selectFrom('user_identifiers')
    .select('user_id')
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('value', 'in', values)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The forms in which an identifier is looked up in the legacy store: as typed, and in canonical form. A store that compares letter case
 * may know the user by only one of them.
 */
export function lookupForms(typed: readonly string[]): string[] {
  return [...new Set(typed.flatMap((each) => [each, canonicalIdentifier(each)]))]
}

/**
 * Whether a user with one of these identifiers (as typed) exists: here, in the legacy store, or in the ledger. A legacy user who was
 * deleted here does not count.
 *
 * @throws {Refusal} `signup_unavailable` when the legacy store cannot tell
 */
export async function isTaken(
  deps: IsTakenDeps,
  tenant: Tenant,
  connection: Connection,
  typed: string[],
  through: Through,
): Promise<boolean> {
  if (await isTakenHere(deps.db, connection, typed.map(canonicalIdentifier))) return true
  if (connection.mode === 'local') return false
  if (connection.mode === 'legacy') throw new Refusal('legacy_mode_unsupported')
  requirePlan(tenant, 'import_mode')
  for (const identifier of lookupForms(typed)) {
    const lookup = await lookUpLegacyUser(deps, connection, identifier, through)
    if (lookup.kind === 'failed') {
      const unreachable = outcomes[lookup.outcome].problem === 'legacy_unavailable'
      deps.log.warn(
        { connection: connection.name, outcome: lookup.outcome },
        'get_user could not tell whether a user exists',
      )
      throw new Refusal('signup_unavailable', unreachable ? { retry_after_s: 5 } : {})
    }
    if (lookup.kind === 'found' && !lookup.tombstoned) return true
    if (lookup.kind === 'not_found' && (await isKnownUnmoved(deps.db, connection, canonicalIdentifier(identifier))))
      return true
  }
  return false
}
