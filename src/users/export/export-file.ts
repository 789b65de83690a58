import type { SentFile } from '../../contract/route.ts'
import { Refusal } from '../../contract/refusal.ts'
import { purgeFilesOf } from '../../jobs/purge-jobs.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { hasJobFiles } from '../../store/job-files.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db, JobsTable, Transaction } from '../../store/tables.ts'
import { readExport, users_export, type ExportCursor, type ExportInput } from './export-users.ts'

/** How long the file of an export is kept after the end of its job. */
export const kept_ms = 3_600_000

/** Whether a job has a file to download: an export that has ended and whose file was not deleted. */
export async function hasExportFile(db: Db, row: JobsTable): Promise<boolean> {
  if (row.kind !== users_export || row.state !== 'completed') return false
  return await hasJobFiles(db, row)
}

/** The file of an export. @throws {Refusal} `job_without_file` */
export async function exportFile(deps: { db: Db; sealer: Sealer }, row: JobsTable): Promise<SentFile> {
  if (!(await hasExportFile(deps.db, row))) throw new Refusal('job_without_file')
  const { format } = readJson<ExportInput>(row.input)
  const cursor = readJson<ExportCursor>(row.cursor ?? 'null')
  return { name: `${row.job_id}.${format}.gz`, content: readExport(deps, row, cursor) }
}

/** Whether the file of an export has password hashes. */
export function hasSecrets(row: JobsTable): boolean {
  return row.kind === users_export && readJson<ExportInput>(row.input).with_secrets
}

/** Deletes files of exports of a tenant that ended an hour ago, as `purgeFilesOf` does. */
export async function purgeExports(trx: Transaction, tenant_id: string, now: number): Promise<number> {
  return await purgeFilesOf(trx, tenant_id, { kind: users_export, before: now - kept_ms })
}
