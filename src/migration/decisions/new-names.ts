import { canonicalIdentifier } from '../../base/canonical-identifier.ts'
import { defined } from '../../base/defined.ts'
import type { Connection } from '../../connections/connection.ts'
import { canonicalIn } from '../../connections/identifier-rules.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { LegacyProfile } from '../legacy-profile.ts'
import type { AppliedDecision, DecisionDetail } from './decision.ts'

/** The profile without the identifiers that a decision chose: they are unverified, and may reach another person. */
export function withoutNewNames(profile: LegacyProfile, decision: AppliedDecision | undefined): LegacyProfile {
  const { email, phone_number } = decision?.detail ?? {}
  return {
    ...profile,
    ...(email === undefined ? {} : { email: null }),
    ...(phone_number === undefined ? {} : { phone_number: null }),
  }
}

/** A user of this store. */
export type ReachedUser = { tenant_id: string; user_id: string; email: string | null; email_verified: boolean }

/** Whether the address of a user was chosen by a decision, and was not verified since: no link is mailed to it. */
export async function hasUnprovenAddress(
  db: Db,
  { tenant_id, user_id, email, email_verified }: ReachedUser,
): Promise<boolean> {
  if (email === null || email_verified) return false
  const row = await db
    .selectFrom('migration_records as record')
    .innerJoin('record_decisions as decision', (join) =>
      join
        .onRef('decision.tenant_id', '=', 'record.tenant_id')
        .onRef('decision.connection_id', '=', 'record.connection_id')
        .onRef('decision.record_id', '=', 'record.record_id'),
    )
    .select('decision.detail')
    .where('record.tenant_id', '=', tenant_id)
    .where('record.user_id', '=', user_id)
    .where('decision.kind', '=', 'rename')
    .executeTakeFirst()
  const chosen = row && readJson<DecisionDetail>(row.detail).email
  return chosen !== undefined && canonicalIdentifier(chosen) === canonicalIdentifier(email)
}

/** Whether a decision reserves one of these identifiers, in canonical form, for a legacy user who has not moved. */
export async function isReserved(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  identifiers: string[],
): Promise<boolean> {
  const row = await db
    .selectFrom('reserved_identifiers')
    .select('identifier')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identifier', 'in', identifiers)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The identifier by which the legacy store knows a user: of one whom a decision renamed, the one there in place of the new one, and the legacy
 * id; of any other user the typed one. Known and unknown identifiers cost the same look-up, on connections with decisions.
 */
export async function legacyNameOf(
  db: Db,
  connection: Connection,
  typed: string,
): Promise<{ typed: string; wanted?: string }> {
  if (!connection.has_decisions) return { typed }
  const { tenant_id, connection_id } = connection
  const row = await db
    .selectFrom('reserved_identifiers as reserved')
    .innerJoin('record_decisions as decision', (join) =>
      join
        .onRef('decision.tenant_id', '=', 'reserved.tenant_id')
        .onRef('decision.connection_id', '=', 'reserved.connection_id')
        .onRef('decision.record_id', '=', 'reserved.record_id'),
    )
    .innerJoin('migration_records as record', (join) =>
      join
        .onRef('record.tenant_id', '=', 'reserved.tenant_id')
        .onRef('record.connection_id', '=', 'reserved.connection_id')
        .onRef('record.record_id', '=', 'reserved.record_id'),
    )
    .leftJoin('directory_rows as listed', (join) =>
      join
        .onRef('listed.tenant_id', '=', 'reserved.tenant_id')
        .onRef('listed.connection_id', '=', 'reserved.connection_id')
        .onRef('listed.record_id', '=', 'reserved.record_id'),
    )
    .select('record.legacy_id')
    .select(({ fn }) =>
      fn.coalesce('listed.email', 'record.email', 'listed.username', 'record.username').as('identifier'),
    )
    .where('reserved.tenant_id', '=', tenant_id)
    .where('reserved.connection_id', '=', connection_id)
    .where('reserved.identifier', '=', canonicalIn(connection, typed))
    .where('decision.kind', '=', 'rename')
    .executeTakeFirst()
  return { typed: row?.identifier ?? typed, ...defined({ wanted: row?.legacy_id ?? undefined }) }
}
