import type { SentFile } from '../../contract/route.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { deleteJobFiles, hasJobFiles, jobIdsOfOldFiles } from '../../store/job-files.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db, JobsTable, Transaction } from '../../store/tables.ts'
import { readExport, users_export, type ExportCursor, type ExportInput } from './export-users.ts'

/** How long the file of an export is kept after the end of its job. */
export const kept_ms = 3_600_000

const purged_at_once = 20

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

/** Deletes files of exports of a tenant that ended an hour ago: a bounded part of them. Returns how many jobs had any. */
export async function purgeExports(trx: Transaction, tenant_id: string, now: number): Promise<number> {
  const job_ids = await jobIdsOfOldFiles(trx, tenant_id, {
    kind: users_export,
    before: now - kept_ms,
    take: purged_at_once,
  })
  for (const job_id of job_ids) if (await deleteJobFiles(trx, { tenant_id, job_id })) break
  return job_ids.length
}
