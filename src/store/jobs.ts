import type { Db, JobsTable, Transaction } from './tables.ts'
import { inTransaction, uniqueViolation } from './transaction.ts'

/** Writes a new job, in the transaction of the change that it belongs to. */
export async function insertJob(trx: Transaction, row: JobsTable): Promise<void> {
  await trx.insertInto('jobs').values(row).execute()
}

/** Writes a job with a fixed id unless the store has it already. Safe from several processes at once. */
export async function insertJobOnce(db: Db, row: JobsTable): Promise<void> {
  await db
    .insertInto('jobs')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'job_id']).doNothing())
    .execute()
}

/** Which job is meant. */
export type JobKey = Pick<JobsTable, 'tenant_id' | 'job_id'>

/** Which pending jobs are looked for. */
export type PendingFilter = {
  /** At least one. */
  kinds: string[]
  now: number
  /** Only tenants that sort after this one. */
  after_tenant_id?: string
  /** Only tenants that sort before this one. */
  before_tenant_id?: string
}

/**
 * The pending job that is due in the first tenant, the longest waiting of that tenant. Jobs of a kind that the tenant has
 * a running job of are passed over.
 */
export async function nextPendingJob(db: Db, filter: PendingFilter): Promise<JobKey | undefined> {
  let query = db
    .selectFrom('jobs')
    .select(['tenant_id', 'job_id'])
    .where('state', '=', 'pending')
    .where('run_at', '<=', filter.now)
    .where('kind', 'in', filter.kinds)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('jobs as running')
            .select('running.job_id')
            .whereRef('running.tenant_id', '=', 'jobs.tenant_id')
            .whereRef('running.running_kind', '=', 'jobs.kind'),
        ),
      ),
    )
  if (filter.after_tenant_id !== undefined) query = query.where('tenant_id', '>', filter.after_tenant_id)
  if (filter.before_tenant_id !== undefined) query = query.where('tenant_id', '<', filter.before_tenant_id)
  return await query.orderBy('tenant_id').orderBy('run_at').limit(1).executeTakeFirst()
}

/** The running job whose lease expired first: its process has ended, or lost the store. */
export async function nextExpiredJob(db: Db, kinds: string[], now: number): Promise<JobKey | undefined> {
  return await db
    .selectFrom('jobs')
    .select(['tenant_id', 'job_id'])
    .where('state', '=', 'running')
    .where('lease_expires_at', '<=', now)
    .where('kind', 'in', kinds)
    .orderBy('lease_expires_at')
    .limit(1)
    .executeTakeFirst()
}

/** Kinds of pending jobs that are due and none of `kinds`. */
export async function unknownJobKinds(db: Db, kinds: string[], now: number): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .select('kind')
    .distinct()
    .where('state', '=', 'pending')
    .where('run_at', '<=', now)
    .where('kind', 'not in', kinds)
    .execute()
  return rows.map((row) => row.kind)
}

/** The right to run a job. It is lost when another one is given for the same job. */
export type JobLease = JobKey & { lease_token: string }

/**
 * Gives a job to one of several callers that saw it: its row, or undefined where another caller was faster or the tenant
 * has a running job of the kind.
 */
export async function claimJob(
  db: Db,
  { tenant_id, job_id, lease_token }: JobLease,
  { now, lease_expires_at }: { now: number; lease_expires_at: number },
): Promise<JobsTable | undefined> {
  try {
    return await inTransaction(db, async (trx) =>
      trx
        .updateTable('jobs')
        .set(({ eb, fn, ref, val }) => ({
          state: 'running',
          running_kind: ref('kind'),
          lease_token,
          lease_expires_at,
          attempts: eb('attempts', '+', 1),
          started_at: fn.coalesce('started_at', val(now)),
          updated_at: now,
        }))
        .where('tenant_id', '=', tenant_id)
        .where('job_id', '=', job_id)
        .where((row) =>
          row.or([
            row.and([row('state', '=', 'pending'), row('run_at', '<=', now)]),
            row.and([row('state', '=', 'running'), row('lease_expires_at', '<=', now)]),
          ]),
        )
        .returningAll()
        .executeTakeFirst(),
    )
  } catch (error) {
    if (uniqueViolation(error)?.table !== 'jobs') throw error
    return undefined
  }
}

/**
 * Writes what a step leaves and renews the lease, in the transaction of the step. Undefined when the lease is lost: the
 * transaction must be rolled back.
 */
export async function saveJobStep(
  trx: Transaction,
  { tenant_id, job_id, lease_token }: JobLease,
  step: Pick<JobsTable, 'cursor' | 'progress_done' | 'progress_total' | 'lease_expires_at' | 'updated_at'>,
): Promise<Pick<JobsTable, 'cancel_requested_at'> | undefined> {
  return await trx
    .updateTable('jobs')
    .set({ ...step, attempts: 0 })
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .where('lease_token', '=', lease_token)
    .returning('cancel_requested_at')
    .executeTakeFirst()
}

/** Ends a lease with the state in which the job is left. Without effect when the lease is lost: false then. */
export async function releaseJob(
  db: Db,
  { tenant_id, job_id, lease_token }: JobLease,
  change: Partial<JobsTable> & Pick<JobsTable, 'state' | 'updated_at'>,
): Promise<boolean> {
  const released = await inTransaction(db, async (trx) =>
    trx
      .updateTable('jobs')
      .set({ ...change, running_kind: null, lease_token: null, lease_expires_at: null })
      .where('tenant_id', '=', tenant_id)
      .where('job_id', '=', job_id)
      .where('lease_token', '=', lease_token)
      .returning('job_id')
      .executeTakeFirst(),
  )
  return released !== undefined
}

/**
 * Cancels a job: one that waits at once, one that runs after the step under way. What its steps have written stays. False
 * where it has ended or does not exist.
 */
export async function cancelJob(db: Db, tenant_id: string, job_id: string, now: number): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const of = trx.updateTable('jobs').where('tenant_id', '=', tenant_id).where('job_id', '=', job_id)
    const ended = await of
      .set({ state: 'canceled', cancel_requested_at: now, finished_at: now, updated_at: now })
      .where('state', '=', 'pending')
      .returning('job_id')
      .executeTakeFirst()
    if (ended) return true
    // Also of a pending job: it may have become one since.
    const requested = await of
      .set({ cancel_requested_at: now, updated_at: now })
      .where('state', 'in', ['pending', 'running'])
      .returning('job_id')
      .executeTakeFirst()
    return requested !== undefined
  })
}

/** Ids of jobs of a tenant that ended before `before`, the longest ended first. */
export async function jobIdsEndedBefore(db: Db, tenant_id: string, before: number, take: number): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .select('job_id')
    .where('tenant_id', '=', tenant_id)
    .where('finished_at', '<', before)
    .where('state', 'in', ['completed', 'failed', 'canceled'])
    .orderBy('finished_at')
    .limit(take)
    .execute()
  return rows.map((row) => row.job_id)
}

/** Deletes the row of a job. */
export async function deleteJobRow(trx: Transaction, { tenant_id, job_id }: JobKey): Promise<void> {
  await trx.deleteFrom('jobs').where('tenant_id', '=', tenant_id).where('job_id', '=', job_id).execute()
}
