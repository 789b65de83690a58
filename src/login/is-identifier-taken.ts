import type { Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { requireScripts } from '../connections/script-matrix.ts'
import { isReserved } from '../migration/decisions/new-names.ts'
import { isAddress } from '../migration/profile-identifiers.ts'
import type { Through } from '../migration/record-observation.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findLegacyOwner, mayHaveLegacyOwner, type FindLegacyOwnerDeps } from './find-legacy-owner.ts'

async function isLocalIdentifierTaken(db: Db, connection: Connection, values: string[]): Promise<boolean> {
  const rows = await db
    .selectFrom('user_identifiers')
    .select(['kind', 'value'])
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('value', 'in', values)
    .execute()
  // The owner of an address gets it also where it is another user's username.
  if (rows.some(({ kind, value }) => kind !== 'username' || !isAddress(value))) return true
  return connection.has_decisions && (await isReserved(db, connection, values))
}

/**
 * The forms of identifiers to look up in the legacy store: as typed, and canonical. A case-sensitive store may find the user by only one
 * of them.
 */
export function lookupForms(connection: Connection, typed: readonly string[]): string[] {
  return [...new Set(typed.flatMap((each) => [each, canonicalIn(connection, each)]))]
}

/**
 * Whether a user with one of these identifiers (as typed) exists: here, in the legacy store or in the ledger, as `findLegacyOwner` says. A legacy
 * user who was deleted here does not count.
 *
 * @throws {Refusal} `signup_unavailable` when the legacy store gives no answer; `script_missing`, `plan_required`
 */
export async function isIdentifierTaken(
  deps: FindLegacyOwnerDeps,
  tenant: Tenant,
  connection: Connection,
  typed: string[],
  through: Through,
): Promise<boolean> {
  if (
    await isLocalIdentifierTaken(
      deps.db,
      connection,
      typed.map((each) => canonicalIn(connection, each)),
    )
  )
    return true
  if (!mayHaveLegacyOwner(connection, 'sign_up')) return false
  requireScripts(tenant, connection, 'sign_up')
  for (const identifier of lookupForms(connection, typed)) {
    const options = { through, unavailable: 'signup_unavailable' } as const
    if (await findLegacyOwner(deps, connection, identifier, options)) return true
  }
  return false
}
