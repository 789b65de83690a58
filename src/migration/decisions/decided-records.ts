import { setImmediate } from 'node:timers/promises'
import type { Connection } from '../../connections/connection.ts'
import type { NewDecision } from '../../contract/decision.ts'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'
import type { Db, MigrationRecordsTable, RecordDecisionsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { profileIdentifiers } from '../profile-identifiers.ts'

const values_at_once = 500

/** Runs a query for all values, 500 at once, and joins the rows. Other work of the process runs between two queries. */
export async function inChunks<Value, Row>(
  values: readonly Value[],
  query: (chunk: Value[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < values.length; at += values_at_once) {
    if (at > 0) await setImmediate()
    rows.push(...(await query(values.slice(at, at + values_at_once))))
  }
  return rows
}

/** A record to decide about, with what the directory says of its user. */
export type RecordToDecide = Pick<MigrationRecordsTable, 'record_id' | 'legacy_id' | 'state' | 'last_outcome'> & {
  email: string | null
  username: string | null
  phone_number: string | null
  problem: string | null
}

/** The records of these ids, by id. */
export async function recordsToDecide(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  record_ids: readonly string[],
): Promise<Map<string, RecordToDecide>> {
  const rows = await inChunks(record_ids, (ids) =>
    db
      .selectFrom('migration_records as record')
      .leftJoin('directory_rows as listed', (join) =>
        join
          .onRef('listed.tenant_id', '=', 'record.tenant_id')
          .onRef('listed.connection_id', '=', 'record.connection_id')
          .onRef('listed.record_id', '=', 'record.record_id'),
      )
      .select(['record.record_id', 'record.legacy_id', 'record.state', 'record.last_outcome'])
      .select(['listed.phone_number', 'listed.problem'])
      .select(({ fn }) => [
        fn.coalesce('listed.email', 'record.email').as('email'),
        fn.coalesce('listed.username', 'record.username').as('username'),
      ])
      .where('record.tenant_id', '=', tenant_id)
      .where('record.connection_id', '=', connection_id)
      .where('record.record_id', 'in', ids)
      .execute(),
  )
  return new Map(rows.map((row) => [row.record_id, row]))
}

/** The decisions on these records, and those by which other records are aliases of them. */
export async function decisionsAround(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  record_ids: readonly string[],
): Promise<RecordDecisionsTable[]> {
  const select = () =>
    db
      .selectFrom('record_decisions')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
  // Not `union`: without statistics, SQLite reads all decisions in the order of their records to compare the two.
  const found = await inChunks(record_ids, (ids) =>
    select()
      .where('record_id', 'in', ids)
      .unionAll(select().where('alias_of', 'in', ids))
      .execute(),
  )
  return [...new Map(found.map((row) => [row.record_id, row])).values()]
}

/** The identifiers, in canonical form, that a decision reserves for the user of its record. */
export function identifiersToReserve({ options }: Connection, record: RecordToDecide, decision: NewDecision): string[] {
  const { email = null, username = null, phone_number = null } = decision
  const named = decision.kind === 'rename' ? { email, username, phone_number } : record
  const reserves = decision.kind === 'keep' || decision.kind === 'rename'
  return reserves ? profileIdentifiers(named, options).map(({ value }) => value) : []
}

const without_usable_identifier = new Set<string>([
  'invalid_address',
  'invalid_username',
  'missing_identifier',
] satisfies DirectoryProblem[])

/**
 * Whether `keep` lets a user move: one who has an identifier to keep, who has the legacy id of another row of the directory, or whom a script
 * returned in a list of several. Without an identifier the profile is refused, whatever others have.
 */
export function canBeKept(connection: Connection, record: RecordToDecide): boolean {
  const { problem, last_outcome } = record
  if (problem === 'repeated_id' || last_outcome === 'collision') return true
  if (problem !== null && without_usable_identifier.has(problem)) return false
  return identifiersToReserve(connection, record, { kind: 'keep' }).length > 0
}

/** A user, or the record of a legacy user, with an identifier. */
export type IdentifierHolder = { identifier: string; holder: string }

/** Who has these identifiers: users who are here, records for which a decision reserves them, and other records of legacy users. */
export async function holdersOf(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  identifiers: readonly string[],
): Promise<{ users: IdentifierHolder[]; reserved: IdentifierHolder[]; records: IdentifierHolder[] }> {
  const users = await inChunks(identifiers, (values) =>
    db
      .selectFrom('user_identifiers')
      .select(['value as identifier', 'user_id as holder'])
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('value', 'in', values)
      .execute(),
  )
  const recordsIn = (
    table: 'reserved_identifiers' | 'migration_identifiers' | 'directory_shared_identifiers',
  ): Promise<IdentifierHolder[]> =>
    inChunks(identifiers, (values) =>
      db
        .selectFrom(table)
        .select(['identifier', 'record_id as holder'])
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('identifier', 'in', values)
        .execute(),
    )
  return {
    users,
    reserved: await recordsIn('reserved_identifiers'),
    records: [...(await recordsIn('migration_identifiers')), ...(await recordsIn('directory_shared_identifiers'))],
  }
}
