import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { DirectoryLoad, DirectoryLoadCounts } from '../../contract/directory.ts'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../contract/directory-format.ts'
import { Refusal } from '../../contract/refusal.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import type { Db, DirectoryLoadsTable, DirectoryLoadState, Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'

/** The key of a load. */
export type LoadKey = ConnectionKey & { load_id: string }

/** The states of a load that has not ended. A connection has at most one. */
export const open_states = ['reading', 'waiting_for_confirmation', 'applying'] as const satisfies DirectoryLoadState[]

/** How a load is read, and how much may be gone without a confirmation. Sealed: the format options may have the signer key of Firebase. */
export type LoadOptions = { format_options: DirectoryFormatOptions; gone_limit_percent: number }

/** The AAD of `directory_loads.options_sealed`. */
export const optionsAad = ({ tenant_id, connection_id, load_id }: LoadKey): string =>
  `directory-load/${tenant_id}/${connection_id}/${load_id}`

/** The counts of a load before its first row. */
export const no_counts: DirectoryLoadCounts = {
  rows: 0,
  missing_id: 0,
  invalid_id: 0,
  repeated_id: 0,
  invalid_address: 0,
  invalid_username: 0,
  missing_identifier: 0,
  other_provider: 0,
  disabled: 0,
  with_hash: 0,
  hash_forms: {},
  listed_before: 0,
  gone: 0,
  added: 0,
  changed: 0,
  returned: 0,
}

/** The counts of a load. */
export const countsOf = ({ counts }: Pick<DirectoryLoadsTable, 'counts'>): DirectoryLoadCounts =>
  readJson<DirectoryLoadCounts>(counts)

/** The row of a load, or undefined. */
export async function loadRow(
  db: Db,
  { tenant_id, connection_id, load_id }: LoadKey,
): Promise<DirectoryLoadsTable | undefined> {
  return await db
    .selectFrom('directory_loads')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('load_id', '=', load_id)
    .executeTakeFirst()
}

/** Changes a load that is in one of these states. Returns false, and changes nothing, in any other. */
export async function changeLoad(
  trx: Transaction,
  { tenant_id, connection_id, load_id }: LoadKey,
  from: readonly DirectoryLoadState[],
  { counts, ...change }: Partial<Omit<DirectoryLoadsTable, 'counts'>> & { counts?: DirectoryLoadCounts },
): Promise<boolean> {
  const changed = await trx
    .updateTable('directory_loads')
    .set({ ...change, ...(counts === undefined ? {} : { counts: writeJson(counts) }) })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('load_id', '=', load_id)
    .where('state', 'in', from)
    .returning('load_id')
    .executeTakeFirst()
  return changed !== undefined
}

/** Ends a load as failed. */
export async function failLoad(trx: Transaction, key: LoadKey, message: string): Promise<boolean> {
  return await changeLoad(trx, key, open_states, { state: 'failed', message, options_sealed: null })
}

/** Ends a load that is not yet applied as canceled. Returns false, and changes nothing, where it is. */
export async function endAsCanceled(trx: Transaction, key: LoadKey): Promise<boolean> {
  const change = { state: 'canceled', message: null, options_sealed: null } as const
  return await changeLoad(trx, key, ['reading', 'waiting_for_confirmation'], change)
}

/** A load, as the API answers it. */
export function showLoad(row: DirectoryLoadsTable): DirectoryLoad {
  return {
    load_id: row.load_id,
    job_id: row.job_id,
    source: row.source,
    state: row.state,
    counts: countsOf(row),
    created_at: isoTime(row.created_at),
    ...defined({
      format: (row.format as DirectoryFormat | null) ?? undefined,
      message: row.message ?? undefined,
      applied_at: row.applied_at === null ? undefined : isoTime(row.applied_at),
    }),
    ...(row.confirmed === null ? {} : { confirmed: readJson<{ rows: number; gone: number }>(row.confirmed) }),
  }
}

const shown_max = 50

/** The last 50 loads of the directory of a connection, the newest first. */
export async function listLoads(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<DirectoryLoad[]> {
  const rows = await db
    .selectFrom('directory_loads')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .orderBy('created_at', 'desc')
    .orderBy('load_id', 'desc')
    .limit(shown_max)
    .execute()
  return rows.map(showLoad)
}

/** A load of the directory of a connection. @throws {Refusal} `inexistent_directory_load` */
export async function requireLoad(db: Db, key: LoadKey): Promise<DirectoryLoadsTable> {
  const row = await loadRow(db, key)
  if (!row) throw new Refusal('inexistent_directory_load')
  return row
}
