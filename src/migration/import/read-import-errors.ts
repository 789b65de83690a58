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

/** The refused rows of an import in the order of its file. A thousand of them are in memory at a time. */
export async function* importErrors(
  { db, sealer }: { db: Db; sealer: Sealer },
  { tenant_id, job_id }: JobKey,
): AsyncGenerator<ImportErrorOf> {
  const errors_sealer = sealer.deriveSealer('job errors')
  let after = 0
  for (;;) {
    const rows = await jobErrorRows(db, { tenant_id, job_id }, { after, take: rows_at_once })
    for (const { row_no, line, sealed } of rows) {
      const opened = errors_sealer.open(sealed, jobErrorAad(tenant_id, job_id, row_no))
      const { user, errors } = readJson<{ user: JsonObject; errors: RowError[] }>(opened)
      yield { user, errors, index: row_no - 1, line }
      after = row_no
    }
    if (rows.length < rows_at_once) return
  }
}

/** The refused rows of an import in the order of its file, at most `take`. */
export async function readImportErrors(
  deps: { db: Db; sealer: Sealer },
  key: JobKey,
  take: number,
): Promise<ImportErrorOf[]> {
  const read: ImportErrorOf[] = []
  for await (const error of importErrors(deps, key)) {
    read.push(error)
    if (read.length >= take) break
  }
  return read
}
