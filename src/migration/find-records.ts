import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, MigrationRecordsTable } from '../store/tables.ts'

/** The key of a connection and of its ledger. */
export type ConnectionKey = { tenant_id: string; connection_id: string }

const selectRecords = (db: Db, { tenant_id, connection_id }: ConnectionKey) =>
  db
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)

const byLegacyId = prepareQuery((db, { of, legacy_id }: { of: ConnectionKey; legacy_id: string }) =>
  selectRecords(db, of).where('legacy_id', '=', legacy_id),
)

/** The record of a legacy id, or undefined. */
export async function recordByLegacyId(
  db: Db,
  of: ConnectionKey,
  legacy_id: string,
): Promise<MigrationRecordsTable | undefined> {
  return (await byLegacyId(db, { of, legacy_id })).rows[0]
}

const idsByIdentifier = prepareQuery((db, { of, identifiers }: { of: ConnectionKey; identifiers: string[] }) =>
  db
    .selectFrom('migration_identifiers')
    .select('record_id')
    .where('tenant_id', '=', of.tenant_id)
    .where('connection_id', '=', of.connection_id)
    .where('identifier', 'in', identifiers),
)

const byIds = prepareQuery((db, { of, record_ids }: { of: ConnectionKey; record_ids: string[] }) =>
  selectRecords(db, of).where('record_id', 'in', record_ids),
)

/** The records of these ids. */
export async function recordsByIds(
  db: Db,
  of: ConnectionKey,
  record_ids: readonly string[],
): Promise<MigrationRecordsTable[]> {
  return (await byIds(db, { of, record_ids: [...record_ids] })).rows
}

/** The records with one of these identifiers, in canonical form. */
export async function recordsByIdentifier(
  db: Db,
  of: ConnectionKey,
  identifiers: string[],
): Promise<MigrationRecordsTable[]> {
  if (identifiers.length === 0) return []
  // Two queries, and no `distinct`: until they have statistics, PostgreSQL reads all records of the connection for a join, and SQLite reads
  // all of its identifiers in the order of the record ids.
  const { rows } = await idsByIdentifier(db, { of, identifiers })
  if (rows.length === 0) return []
  return (await byIds(db, { of, record_ids: [...new Set(rows.map(({ record_id }) => record_id))] })).rows
}

/** Whether the ledger has a record of this legacy id or, where none is given, of this identifier in canonical form. */
export async function isRecorded(
  db: Db,
  of: ConnectionKey,
  { legacy_id, identifier }: { legacy_id: string | undefined; identifier: string },
): Promise<boolean> {
  if (legacy_id !== undefined) return (await recordByLegacyId(db, of, legacy_id)) !== undefined
  return (await recordsByIdentifier(db, of, [identifier])).length > 0
}

/** Whether a directory was loaded that has rows. */
export async function hasDirectory(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<boolean> {
  const row = await db
    .selectFrom('directory_rows')
    .select('record_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The records of the legacy users whom a user is: one per identity, and those of the aliases. */
export async function recordsOfUser(db: Db, tenant_id: string, user_id: string): Promise<MigrationRecordsTable[]> {
  const aliases = db
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
  const rows = await db
    .selectFrom('migration_records')
    .innerJoin('identities', (join) =>
      join
        .onRef('identities.tenant_id', '=', 'migration_records.tenant_id')
        .onRef('identities.connection_id', '=', 'migration_records.connection_id')
        .onRef('identities.identity_user_id', '=', 'migration_records.legacy_id'),
    )
    .selectAll('migration_records')
    .where('identities.tenant_id', '=', tenant_id)
    .where('identities.user_id', '=', user_id)
    // Not `union`: without statistics, SQLite reads all records of the tenant in the order of their ids to compare the two.
    .unionAll(aliases)
    .execute()
  return [...new Map(rows.map((row) => [`${row.connection_id} ${row.record_id}`, row])).values()]
}
