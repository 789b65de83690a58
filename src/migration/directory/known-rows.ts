import { IdentifierTooLong } from '../../base/canonical-identifier.ts'
import type { ConnectionOptions } from '../../contract/connection-options.ts'
import { padded } from '../../store/few-statements.ts'
import type { DirectoryRowsTable, MigrationRecordsTable, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { isAddress, profileIdentifiers } from '../profile-identifiers.ts'
import type { LoadKey } from './directory-load.ts'
import { idOfKey, keyOfId } from './read-row.ts'
import { stagedKeys } from './stage-rows.ts'

/** What the store has of the users of some rows, as read in the transaction that writes them. */
export type Known = {
  rows_by_key: ReadonlyMap<string, DirectoryRowsTable[]>
  records: ReadonlyMap<string, MigrationRecordsTable>
  by_legacy_id: ReadonlyMap<string, MigrationRecordsTable>
  /** By record id. */
  rows: ReadonlyMap<string, DirectoryRowsTable>
  /** The record that has an identifier in canonical form. */
  holders: Map<string, string>
  /** Records under one of the keys that have another legacy id, which another row of the load has. */
  of_other_rows: ReadonlySet<string>
}

/**
 * The identifiers in canonical form by which the ledger finds the user of a row. A username in the form of an address is not one: the address
 * may be another user's.
 */
export function identifiersOf(
  {
    email,
    username,
    phone_number,
    problem,
  }: Pick<DirectoryRowsTable, 'email' | 'username' | 'phone_number' | 'problem'>,
  options: ConnectionOptions,
): string[] {
  const given = { email: problem === 'invalid_address' ? null : email, username, phone_number }
  try {
    return profileIdentifiers(given, options)
      .filter(({ kind, value }) => kind !== 'username' || !isAddress(value))
      .map(({ value }) => value)
  } catch (error) {
    if (error instanceof IdentifierTooLong) return []
    throw error
  }
}

async function readRows(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  column: 'row_key' | 'record_id',
  values: readonly string[],
): Promise<DirectoryRowsTable[]> {
  if (values.length === 0) return []
  return await trx
    .selectFrom('directory_rows')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where(column, 'in', padded(values))
    .execute()
}

async function readRecords(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  column: 'legacy_id' | 'record_id',
  values: readonly string[],
): Promise<MigrationRecordsTable[]> {
  if (values.length === 0) return []
  return await trx
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where(column, 'in', padded(values))
    .execute()
}

async function readHolders(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  identifiers: readonly string[],
): Promise<Map<string, string>> {
  if (identifiers.length === 0) return new Map()
  const rows = await trx
    .selectFrom('migration_identifiers')
    .select(['identifier', 'record_id'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identifier', 'in', padded(identifiers))
    .execute()
  return new Map(rows.map(({ identifier, record_id }) => [identifier, record_id]))
}

/**
 * The records whose row has one of the keys, and whose legacy id is that of another row of the load: a script has returned another id for the
 * user than an earlier load named.
 */
async function readOtherRows(
  trx: Transaction,
  load: LoadKey,
  rows: readonly DirectoryRowsTable[],
  records: ReadonlyMap<string, MigrationRecordsTable>,
): Promise<Set<string>> {
  const other_keys = new Map<string, string>()
  for (const { record_id, row_key } of rows) {
    const { legacy_id = null } = records.get(record_id) ?? {}
    if (legacy_id !== null && keyOfId(legacy_id) !== row_key) other_keys.set(keyOfId(legacy_id), record_id)
  }
  const staged = await stagedKeys(trx, load, [...other_keys.keys()])
  return new Set([...staged].flatMap((row_key) => other_keys.get(row_key) ?? []))
}

/** Reads what the store has of the users of rows: a fixed number of queries. */
export async function readKnown(
  trx: Transaction,
  of: LoadKey,
  staged: readonly { row_key: string; identifiers: readonly string[] }[],
): Promise<Known> {
  const keys = [...new Set(staged.map(({ row_key }) => row_key))]
  const by_key = await readRows(trx, of, 'row_key', keys)
  const with_id = await readRecords(
    trx,
    of,
    'legacy_id',
    keys.flatMap((key) => idOfKey(key) ?? []),
  )
  const holders = await readHolders(trx, of, [...new Set(staged.flatMap(({ identifiers }) => identifiers))])
  const has_record = new Set(with_id.map(({ record_id }) => record_id))
  const others = [...by_key.map(({ record_id }) => record_id), ...holders.values()].filter((id) => !has_record.has(id))
  const records = [...with_id, ...(await readRecords(trx, of, 'record_id', [...new Set(others)]))]
  const has_row = new Set(by_key.map(({ record_id }) => record_id))
  const without_row = records.map(({ record_id }) => record_id).filter((id) => !has_row.has(id))
  const rows = [...by_key, ...(await readRows(trx, of, 'record_id', without_row))]
  const by_record_id = new Map(records.map((record) => [record.record_id, record]))
  return {
    rows_by_key: Map.groupBy(by_key, ({ row_key }) => row_key),
    records: by_record_id,
    by_legacy_id: new Map(with_id.map((record) => [record.legacy_id ?? '', record])),
    rows: new Map(rows.map((row) => [row.record_id, row])),
    holders,
    of_other_rows: await readOtherRows(trx, of, by_key, by_record_id),
  }
}
