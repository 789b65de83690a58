import type { record_formats } from '../../contract/migration-progress.ts'
import type { ListedRecord } from '../../contract/migration-record.ts'
import type { Searches } from '../../store/searches.ts'
import type { Db } from '../../store/tables.ts'
import { csvHeader, csvLine, jsonLine, type ExportField } from '../../users/export/export-fields.ts'
import type { ConnectionKey } from '../find-records.ts'
import { listRecords, type RecordFilter } from '../list-records.ts'

const page_size = 500

const fields: readonly ExportField[] = [
  'record_id',
  'legacy_id',
  'email',
  'username',
  'state',
  'user_id',
  'migrated_at',
  'migrated_through',
  'last_outcome',
  'last_outcome_at',
  'last_error',
  'drift.fields',
  'directory.email',
  'directory.phone_number',
  'directory.last_activity_at',
  'directory.disabled',
  'directory.has_hash',
  'directory.hash_form',
  'directory.problem',
  'directory.gone_at',
  'decision.kind',
  'created_at',
  'updated_at',
].map((name) => ({ name, export_as: name.replace('.', '_') }))

const lineOf = (record: ListedRecord, format: (typeof record_formats)[number]): string =>
  format === 'csv' ? csvLine(record, fields) : jsonLine(record, undefined)

/**
 * The records of a connection that match a filter, as a file, read in pages while it is sent. Records that change meanwhile are in it once, as they
 * were when their page was read.
 */
export async function* exportRecords(
  deps: { db: Db; searches: Searches },
  of: ConnectionKey,
  { filter, format }: { filter: RecordFilter; format: (typeof record_formats)[number] },
): AsyncGenerator<Buffer> {
  if (format === 'csv') yield Buffer.from(csvHeader(fields))
  let from: string | undefined
  do {
    const page = await listRecords(deps, of, filter, { take: page_size, ...(from === undefined ? {} : { from }) })
    if (page.items.length > 0) yield Buffer.from(page.items.map((record) => lineOf(record, format)).join(''))
    from = page.next
  } while (from !== undefined)
}
