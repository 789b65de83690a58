import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { RecordInDirectory } from '../../contract/migration-record.ts'
import type { Db, DirectoryRowsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'

/** What the directory says of a user, as the API answers it: without the hash and the profile. */
function showRow(row: DirectoryRowsTable): RecordInDirectory {
  const text = (value: string | null): string | undefined => value ?? undefined
  const time = (value: number | null): string | undefined => (value === null ? undefined : isoTime(value))
  return {
    disabled: row.disabled === 1,
    has_hash: row.has_hash === 1,
    load_id: row.load_id,
    ...defined({
      given_legacy_id: text(row.given_legacy_id),
      email: text(row.email),
      username: text(row.username),
      phone_number: text(row.phone_number),
      email_verified: row.email_verified === null ? undefined : row.email_verified === 1,
      last_activity_at: time(row.last_activity_at),
      hash_form: text(row.hash_form),
      problem: (row.problem as DirectoryProblem | null) ?? undefined,
      gone_at: time(row.gone_at),
    }),
  }
}

/** What the directory says of the users of records, by record id; nothing of a user whom no load has named. */
export async function directoryOf(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  record_ids: readonly string[],
): Promise<Map<string, RecordInDirectory>> {
  if (record_ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('directory_rows')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', 'in', record_ids)
    .execute()
  return new Map(rows.map((row) => [row.record_id, showRow(row)]))
}
