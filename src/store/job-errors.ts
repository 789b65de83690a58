import type { JobKey } from './jobs.ts'
import type { Db, JobErrorsTable, Transaction } from './tables.ts'

/** Inserts refused rows of a job, in the transaction of the step that refused them. */
export async function insertJobErrors(trx: Transaction, rows: JobErrorsTable[]): Promise<void> {
  if (rows.length > 0) await trx.insertInto('job_errors').values(rows).execute()
}

/** The refused rows of a job in the order of its file, those behind `after`. */
export async function jobErrorRows(
  db: Db,
  { tenant_id, job_id }: JobKey,
  { after, take }: { after: number; take: number },
): Promise<JobErrorsTable[]> {
  return await db
    .selectFrom('job_errors')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .where('row_no', '>', after)
    .orderBy('row_no')
    .limit(take)
    .execute()
}

/** Deletes the refused rows of a job. */
export async function deleteJobErrors(trx: Transaction, { tenant_id, job_id }: JobKey): Promise<void> {
  await trx.deleteFrom('job_errors').where('tenant_id', '=', tenant_id).where('job_id', '=', job_id).execute()
}
