/**
 * Import: creates users from a file that the tenant uploaded, with their password hashes. It shares with a move the ledger, the identifiers
 * and the tombstones, and runs no script.
 */
import { first_position, readJsonRows, RowsMalformed, type RowPosition } from '../../base/json-rows.ts'
import type { Clock } from '../../base/clock.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import { kept_errors_max } from '../../contract/job.ts'
import { readJobFile } from '../../jobs/job-files.ts'
import { JobFailed, type JobHandler, type RunningJob } from '../../jobs/job.ts'
import { purgeFilesOf } from '../../jobs/purge-jobs.ts'
import { recordEvent } from '../../logs/record-event.ts'
import { analyzeTables } from '../../store/analyze-tables.ts'
import type { JobKey } from '../../store/jobs.ts'
import { insertJobErrors } from '../../store/job-errors.ts'
import { writeJson } from '../../store/json-column.ts'
import { jobErrorAad, knownPasswordAad } from '../../store/sealed-aad.ts'
import type { Transaction } from '../../store/tables.ts'
import { failed_rows_kept_ms, failed_rows_max_bytes, keepFailedRows } from './failed-rows.ts'
import type { ImportRow, ReadRow, RefusedRow } from './import-row.ts'
import { readImportRow, row_max_bytes } from './read-import-row.ts'
import { verifyKnownPassword, type VerifyKnownDeps } from './verify-known-password.ts'
import { writeImportBatch, type BatchResult } from './write-import-batch.ts'

/** The kind of the jobs that import users. */
export const users_import = 'users_import'

/** The name of the uploaded file of an import. */
export const import_file = 'input'

/** The input of an import. `connection` is its name at the time of the upload, for the answer. */
export type ImportInput = {
  connection_id: string
  connection: string
  upsert: boolean
  external_id: string | null
  size_bytes: number
  /** A known password, sealed; absent where none was given. */
  known?: { user: string; password_sealed: string }
}

/** The counts of an import so far. `ignored`: members that an import does not know, with the number of rows. */
export type ImportCounts = Omit<BatchResult, 'refused'> & {
  total: number
  failed: number
  ignored: Record<string, number>
}

/** Where an import stands. `failed_bytes`: the size of the refused rows that are kept; absent in a job of before. `is_verified`: whether the
 * known password was verified. */
export type ImportCursor = ImportCounts & { position: RowPosition; failed_bytes?: number; is_verified?: boolean }

type ImportDeps = VerifyKnownDeps & { clock: Clock }
type ImportJob = RunningJob<ImportInput, ImportCursor>

const rows_at_once = 200
const bytes_at_once = 2 * 1024 * 1024
const ignored_names_max = 50

const first_cursor: ImportCursor = {
  position: first_position,
  total: 0,
  inserted: 0,
  updated: 0,
  failed: 0,
  skipped_moved: 0,
  skipped_deleted: 0,
  ignored: {},
}

/** Rows with their texts as they were uploaded; null for one that is too long. */
type Batch = { rows: { read: ReadRow; text: Uint8Array | null }[]; position: RowPosition }

/** Reads the rows of the file behind a position, in batches. @throws {JobFailed} where the file is malformed */
async function* readBatches(deps: ImportDeps, job: ImportJob, connection: Connection, from: RowPosition) {
  const key = { tenant_id: job.tenant_id, job_id: job.job_id, name: import_file }
  let batch: Batch = { rows: [], position: from }
  let bytes = 0
  try {
    for await (const row of readJsonRows(readJobFile(deps, key, from.offset), from, row_max_bytes)) {
      batch.rows.push({ read: readImportRow(connection, row), text: row.text })
      batch.position = row.after
      bytes += row.text?.length ?? 0
      if (batch.rows.length < rows_at_once && bytes < bytes_at_once) continue
      yield batch
      batch = { rows: [], position: row.after }
      bytes = 0
    }
  } catch (error) {
    if (!(error instanceof RowsMalformed)) throw error
    if (batch.rows.length > 0) yield batch
    throw new JobFailed(error.message, { cause: error })
  }
  if (batch.rows.length > 0) yield batch
}

/** Counts the names that rows have and an import does not know, of at most 50 names. */
function countIgnored(before: Record<string, number>, rows: readonly ReadRow[]): Record<string, number> {
  const counted = new Map(Object.entries(before))
  for (const name of rows.flatMap(({ ignored }) => ignored)) {
    const short = name.slice(0, 100)
    if (counted.has(short) || counted.size < ignored_names_max) counted.set(short, (counted.get(short) ?? 0) + 1)
  }
  return Object.fromEntries(counted)
}

/** Keeps refused rows as errors of their job, sealed. */
export async function keepErrors(
  trx: Transaction,
  { sealer }: Pick<ImportDeps, 'sealer'>,
  { tenant_id, job_id }: JobKey,
  refused: readonly RefusedRow[],
): Promise<void> {
  const errors_sealer = sealer.deriveSealer('job errors')
  const rows = refused.map(({ row_no, line, shown, errors }) => ({
    tenant_id,
    job_id,
    row_no,
    line,
    sealed: errors_sealer.seal(writeJson({ user: shown, errors }), jobErrorAad(tenant_id, job_id, row_no)),
  }))
  await insertJobErrors(trx, rows)
}

/**
 * Marks a connection whose users have password hashes of other systems: then each failed login computes one. Returns the connection with
 * what holds at this moment: its first decision may have been made since the job began.
 */
export async function refreshConnection(
  trx: Transaction,
  connection: Connection,
  rows: ImportRow[],
): Promise<Connection> {
  const row = await trx
    .selectFrom('connections')
    .select(['foreign_hashes', 'decisions'])
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .executeTakeFirst()
  if (!row) throw new JobFailed('The connection was deleted meanwhile.')
  const current = { ...connection, has_decisions: row.decisions === 1 }
  if (row.foreign_hashes === 1 || !rows.some(({ hash }) => hash?.format === 'foreign')) return current
  await trx
    .updateTable('connections')
    .set({ foreign_hashes: 1 })
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .execute()
  return current
}

async function importBatch(
  deps: ImportDeps,
  job: ImportJob,
  connection: Connection,
  before: ImportCursor,
  { rows, position }: Batch,
): Promise<ImportCursor> {
  const texts = new Map(
    rows.map(({ read, text }) => [read.kind === 'row' ? read.row.row_no : read.refused.row_no, text]),
  )
  const to_write = rows.flatMap(({ read }) => (read.kind === 'row' ? [read.row] : []))
  const unreadable = rows.flatMap(({ read }) => (read.kind === 'refused' ? [read.refused] : []))
  const committed = await job.commit(async (trx) => {
    const current = await refreshConnection(trx, connection, to_write)
    const batch = { connection: current, rows: to_write, upsert: job.input.upsert, at: deps.clock.now() }
    const { refused, ...written } = await writeImportBatch(trx, deps, batch)
    const all_refused = [...unreadable, ...refused].toSorted((left, right) => left.row_no - right.row_no)
    const kept = all_refused.slice(0, Math.max(0, kept_errors_max - before.failed))
    await keepErrors(trx, deps, job, kept)
    const { failed_bytes = 0 } = before
    const failed_rows = kept.flatMap(({ row_no }) => {
      const text = texts.get(row_no)
      return text ? [{ row_no, text }] : []
    })
    const space_bytes = failed_rows_max_bytes - failed_bytes
    const cursor: ImportCursor = {
      ...before,
      position,
      total: before.total + rows.length,
      inserted: before.inserted + written.inserted,
      updated: before.updated + written.updated,
      failed: before.failed + all_refused.length,
      skipped_moved: before.skipped_moved + written.skipped_moved,
      skipped_deleted: before.skipped_deleted + written.skipped_deleted,
      failed_bytes: failed_bytes + (await keepFailedRows(trx, deps, job, failed_rows, space_bytes)),
      ignored: countIgnored(
        before.ignored,
        rows.map(({ read }) => read),
      ),
    }
    return { cursor, progress: { done: position.offset, total: job.input.size_bytes } }
  })
  return committed.cursor
}

/** Verifies the known password of an import, once, before its first batch. @throws {JobFailed} where it does not match */
async function verifyKnown(
  deps: ImportDeps,
  job: ImportJob,
  connection: Connection,
  cursor: ImportCursor,
): Promise<ImportCursor> {
  const { tenant_id, job_id, input } = job
  if (!input.known || cursor.is_verified === true) return cursor
  const { user, password_sealed } = input.known
  const known = {
    known_user: user,
    known_password: deps.sealer.open(password_sealed, knownPasswordAad(tenant_id, job_id)),
  }
  const file = { tenant_id, job_id, name: import_file }
  // The cursor stays: a job that gave its worker up here would read the file from its beginning again.
  await verifyKnownPassword(deps, { file, connection }, known, () => job.renew())
  const verified = { ...cursor, is_verified: true }
  return (await job.commit(async () => ({ cursor: verified, progress: { done: 0, total: input.size_bytes } }))).cursor
}

/** Records the end of an import: once more where the process is killed before the job has ended, too. */
async function recordEnd(deps: ImportDeps, job: ImportJob, counts: ImportCounts, problem?: string): Promise<void> {
  const { total, inserted, updated, failed, skipped_moved, skipped_deleted } = counts
  await recordEvent(deps.db, job.tenant_id, deps.clock.now(), {
    type: problem === undefined ? 'sui' : 'fui',
    description: problem ?? `Users import: ${inserted} created, ${updated} changed, ${failed} refused`,
    connection_id: job.input.connection_id,
    details: {
      job_id: job.job_id,
      summary: { total, inserted, updated, failed, skipped_moved, skipped_deleted },
    },
  })
}

// The tables by whose rows the users of a batch are looked up.
const searched_tables = [
  'users',
  'credentials',
  'user_identifiers',
  'migration_records',
  'migration_identifiers',
] as const

/** Creates the handler of imports: it writes 200 rows in a transaction, with the position in the file, and resumes there. */
export function createUsersImport(deps: ImportDeps): JobHandler<ImportInput, ImportCursor> {
  return {
    async run(job) {
      let cursor = job.cursor ?? first_cursor
      try {
        const connection = await connectionById(deps.db, job.tenant_id, job.input.connection_id)
        if (!connection) throw new JobFailed('The connection was deleted meanwhile.')
        cursor = await verifyKnown(deps, job, connection, cursor)
        for await (const batch of readBatches(deps, job, connection, cursor.position)) {
          const is_first = cursor.total === 0
          cursor = await importBatch(deps, job, connection, cursor, batch)
          if (is_first) await analyzeTables(deps.db, searched_tables)
        }
      } catch (error) {
        if (error instanceof JobFailed) await recordEnd(deps, job, cursor, error.message)
        throw error
      }
      await recordEnd(deps, job, cursor)
    },
  }
}

/** Deletes the files of imports of a tenant that have ended, and their refused rows after a day, as `purgeFilesOf` does. */
export async function purgeImports(trx: Transaction, tenant_id: string, now: number): Promise<number> {
  const uploaded = await purgeFilesOf(trx, tenant_id, { kind: users_import, before: now, name: import_file })
  if (uploaded > 0) return uploaded
  return await purgeFilesOf(trx, tenant_id, { kind: users_import, before: now - failed_rows_kept_ms })
}
