import type { Clock } from '../../base/clock.ts'
import type { SentFile } from '../../contract/route.ts'
import { Refusal } from '../../contract/refusal.ts'
import { readJobFile, writeJobFile } from '../../jobs/job-files.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { jobFileNames } from '../../store/job-files.ts'
import type { JobKey } from '../../store/jobs.ts'
import type { Db, Transaction } from '../../store/tables.ts'

/** A refused row as it was uploaded. */
export type FailedRow = { row_no: number; text: Uint8Array }

/** How much of the refused rows of a job is kept, in bytes. */
export const failed_rows_max_bytes = 64 * 1024 * 1024

/** How long they are kept after the end of the job. */
export const failed_rows_kept_ms = 24 * 3_600_000

const prefix = 'failed-'
const line_ends = new Set([0x0a, 0x0d])

/** A row on a line of its own: a line end in JSON is white space. */
function lineOf({ text }: FailedRow): Buffer {
  return Buffer.concat([text.map((byte) => (line_ends.has(byte) ? 0x20 : byte)), Buffer.from('\n')])
}

/**
 * Keeps refused rows as a part of the file that the tenant corrects and loads again, in the transaction of the step that refused them. Returns
 * the size of the part: rows beyond `space_bytes` are left out.
 */
export async function keepFailedRows(
  trx: Transaction,
  { sealer, clock }: { sealer: Sealer; clock: Clock },
  { tenant_id, job_id }: JobKey,
  rows: readonly FailedRow[],
  space_bytes: number,
): Promise<number> {
  const lines: Buffer[] = []
  let bytes = 0
  for (const line of rows.map(lineOf)) {
    if (bytes + line.length > space_bytes) break
    lines.push(line)
    bytes += line.length
  }
  const [first] = rows
  if (!first || bytes === 0) return 0
  async function* content(): AsyncGenerator<Buffer> {
    yield* lines
  }
  const name = prefix + String(first.row_no).padStart(12, '0')
  await writeJobFile({ db: trx, sealer, clock }, { tenant_id, job_id, name }, content())
  return bytes
}

async function* readParts(
  deps: { db: Db; sealer: Sealer },
  { tenant_id, job_id }: JobKey,
  names: readonly string[],
): AsyncGenerator<Buffer> {
  for (const name of names) yield* readJobFile(deps, { tenant_id, job_id, name })
}

/** Whether a job has a file of refused rows. */
export async function hasFailedRows(db: Db, key: JobKey): Promise<boolean> {
  return (await jobFileNames(db, key, prefix)).length > 0
}

/** The refused rows of an import as they were uploaded, one per line. @throws {Refusal} `job_without_file` */
export async function failedRowsFile(deps: { db: Db; sealer: Sealer }, key: JobKey): Promise<SentFile> {
  const names = await jobFileNames(deps.db, key, prefix)
  if (names.length === 0) {
    throw new Refusal('job_without_file', {
      message: 'The job has no file of refused rows: it refused none, or ended more than a day ago.',
    })
  }
  return { name: `${key.job_id}.failed.ndjson`, content: readParts(deps, key, names) }
}
