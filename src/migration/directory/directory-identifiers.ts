import type { ConnectionOptions } from '../../contract/connection-options.ts'
import { insertRows } from '../../store/insert-rows.ts'
import type { DirectoryRowsTable, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { RecordKey } from './erase-row.ts'
import { identifiersOf } from './known-rows.ts'

/** An identifier in canonical form that a row of the directory gives a record. */
export type AssignedIdentifier = { identifier: string; record_id: string }

/**
 * Gives records their identifiers. An identifier that another record has stays there, and is written down as shared.
 *
 * @param holders the record of each of the identifiers; it is kept up to date
 */
export async function assignIdentifiers(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  holders: Map<string, string>,
  wanted: readonly AssignedIdentifier[],
): Promise<void> {
  const own: AssignedIdentifier[] = []
  const shared: AssignedIdentifier[] = []
  for (const { identifier, record_id } of wanted) {
    const holder = holders.get(identifier)
    if (holder === record_id) continue
    if (holder !== undefined) shared.push({ identifier, record_id })
    else {
      holders.set(identifier, record_id)
      own.push({ identifier, record_id })
    }
  }
  const keyed = (rows: AssignedIdentifier[]) => rows.map((row) => ({ tenant_id, connection_id, ...row }))
  await insertRows(trx, 'migration_identifiers', keyed(own))
  if (shared.length === 0) return
  await trx
    .insertInto('directory_shared_identifiers')
    .values(keyed(shared))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identifier', 'record_id']).doNothing())
    .execute()
}

/** Takes identifiers from a record; another record that shares one of them gets it. */
async function releaseIdentifiers(
  trx: Transaction,
  { tenant_id, connection_id, record_id }: RecordKey,
  holders: Map<string, string>,
  identifiers: readonly string[],
): Promise<void> {
  const release = (table: 'migration_identifiers' | 'directory_shared_identifiers') =>
    trx
      .deleteFrom(table)
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', '=', record_id)
      .where('identifier', 'in', identifiers)
  await release('directory_shared_identifiers').execute()
  const released = await release('migration_identifiers').returning('identifier').execute()
  for (const { identifier } of released) {
    const next = await passOn(trx, { tenant_id, connection_id }, identifier)
    if (next === undefined) holders.delete(identifier)
    else holders.set(identifier, next)
  }
}

/** Gives an identifier that no record has any longer to the first record that shares it, and returns the id of that record. */
export async function passOn(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  identifier: string,
): Promise<string | undefined> {
  const next = await trx
    .selectFrom('directory_shared_identifiers')
    .select('record_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identifier', '=', identifier)
    .orderBy('record_id')
    .limit(1)
    .executeTakeFirst()
  if (!next) return undefined
  const { record_id } = next
  await trx.insertInto('migration_identifiers').values({ tenant_id, connection_id, identifier, record_id }).execute()
  await trx
    .deleteFrom('directory_shared_identifiers')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identifier', '=', identifier)
    .where('record_id', '=', record_id)
    .execute()
  return record_id
}

/**
 * Gives a record the identifiers of its row, and takes from it those that only the row before had.
 *
 * @param change `before`: the row before, where only loads have said anything of the record
 */
export async function moveIdentifiers(
  trx: Transaction,
  key: RecordKey,
  holders: Map<string, string>,
  change: { before: DirectoryRowsTable | undefined; after: readonly string[]; options: ConnectionOptions },
): Promise<void> {
  const { before, after, options } = change
  const lost = before ? identifiersOf(before, options).filter((identifier) => !after.includes(identifier)) : []
  if (lost.length > 0) await releaseIdentifiers(trx, key, holders, lost)
  const wanted = after.map((identifier) => ({ identifier, record_id: key.record_id }))
  await assignIdentifiers(trx, key, holders, wanted)
}
