import type { JsonObject } from '../../base/json.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { jobErrorRows } from '../../store/job-errors.ts'
import type { JobKey } from '../../store/jobs.ts'
import { readJson } from '../../store/json-column.ts'
import { jobErrorAad } from '../../store/sealed-aad.ts'
import type { Db } from '../../store/tables.ts'
import type { RowError } from './import-row.ts'

const rows_at_once = 1000

/** A refused row: its number in the file, from 0, and its line, from 1. */
export type ImportErrorOf = { user: JsonObject; errors: RowError[]; index: number; line: number }

/** The refused rows of an import in the order of its file, at most `take`. */
export async function readImportErrors(
  { db, sealer }: { db: Db; sealer: Sealer },
  { tenant_id, job_id }: JobKey,
  take: number,
): Promise<ImportErrorOf[]> {
  const errors_sealer = sealer.deriveSealer('job errors')
  const read: ImportErrorOf[] = []
  let after = 0
  while (read.length < take) {
    const at_once = Math.min(rows_at_once, take - read.length)
    const rows = await jobErrorRows(db, { tenant_id, job_id }, { after, take: at_once })
    for (const { row_no, line, sealed } of rows) {
      const opened = errors_sealer.open(sealed, jobErrorAad(tenant_id, job_id, row_no))
      const { user, errors } = readJson<{ user: JsonObject; errors: RowError[] }>(opened)
      read.push({ user, errors, index: row_no - 1, line })
      after = row_no
    }
    if (rows.length < at_once) break
  }
  return read
}
