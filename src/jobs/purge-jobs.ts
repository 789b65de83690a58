import { defined } from '../base/defined.ts'
import { day_ms } from '../base/time.ts'
import { deleteJobErrors } from '../store/job-errors.ts'
import { deleteJobFiles, jobIdsOfOldFiles, jobIdsOfUnusedFiles } from '../store/job-files.ts'
import { deleteJobRow, jobIdsEndedBefore } from '../store/jobs.ts'
import type { Transaction } from '../store/tables.ts'

const kept_days = 30
// An upload of the largest file, and enqueuing its job, take less.
const unused_files_days = 1
const jobs_at_once = 100
const jobs_with_files_at_once = 20

/**
 * Deletes jobs of a tenant that ended 30 days ago, with their files and errors, and files from the day before whose job was never
 * enqueued: a bounded part of them. Returns how much it deleted; 0 when nothing is left.
 */
export async function purgeJobs(trx: Transaction, tenant_id: string, now: number): Promise<number> {
  const ended = await jobIdsEndedBefore(trx, tenant_id, now - kept_days * day_ms, jobs_at_once)
  const unused = await jobIdsOfUnusedFiles(trx, tenant_id, now - unused_files_days * day_ms, jobs_at_once)
  let deleted = 0
  for (const job_id of [...ended, ...unused]) {
    deleted += 1
    if (await deleteJobFiles(trx, { tenant_id, job_id })) break
    await deleteJobErrors(trx, { tenant_id, job_id })
    await deleteJobRow(trx, { tenant_id, job_id })
  }
  return deleted
}

/** Deletes files of jobs of a kind that ended before a time, or those with one name: a bounded part of them. Returns how many jobs had any. */
export async function purgeFilesOf(
  trx: Transaction,
  tenant_id: string,
  { kind, before, name }: { kind: string; before: number; name?: string },
): Promise<number> {
  const job_ids = await jobIdsOfOldFiles(trx, tenant_id, {
    kind,
    before,
    ...defined({ name }),
    take: jobs_with_files_at_once,
  })
  for (const job_id of job_ids) if (await deleteJobFiles(trx, { tenant_id, job_id, ...defined({ name }) })) break
  return job_ids.length
}
