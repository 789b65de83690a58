import type { RunningLease } from './running-leases.ts'
import type { Db, JobsTable, Transaction } from './tables.ts'
import { inTransaction, violatesUnique } from './transaction.ts'

/** Inserts a job, in the transaction of the change that it belongs to. */
export async function insertJob(trx: Transaction, row: JobsTable): Promise<void> {
  await trx.insertInto('jobs').values(row).execute()
}

/** Inserts a job with a fixed id unless the store has it. Several processes may do so at once. */
export async function insertJobOnce(db: Db, row: JobsTable): Promise<void> {
  await db
    .insertInto('jobs')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'job_id']).doNothing())
    .execute()
}

/** The primary key of a job. */
export type JobKey = Pick<JobsTable, 'tenant_id' | 'job_id'>

/** The row of a job, or undefined. */
export async function jobRow(db: Db, { tenant_id, job_id }: JobKey): Promise<JobsTable | undefined> {
  return await db
    .selectFrom('jobs')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .executeTakeFirst()
}

/** The number of jobs of a kind that a tenant has and that have not ended. */
export async function countActiveJobs(db: Db, tenant_id: string, kind: string): Promise<number> {
  const rows = await db
    .selectFrom('jobs')
    .select('job_id')
    .where('tenant_id', '=', tenant_id)
    .where('state', 'in', ['pending', 'running'])
    .where('kind', '=', kind)
    .execute()
  return rows.length
}

/** A job of a kind that a tenant has and that has not ended, or undefined. */
export async function activeJob(db: Db, tenant_id: string, kind: string): Promise<JobsTable | undefined> {
  return await db
    .selectFrom('jobs')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('state', 'in', ['pending', 'running'])
    .where('kind', '=', kind)
    .limit(1)
    .executeTakeFirst()
}

/** A filter of pending jobs. */
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
 * The next pending job: of the first tenant that has a due one, the job that has been due for the longest time. A job is not due while
 * the tenant has a running job of its kind.
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

/** The kinds of due pending jobs that are not among `kinds`. */
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

/** The right to run a job. It is lost when another process claims the job. */
export type JobLease = JobKey & { lease_token: string }

/**
 * Claims a job and returns its row. Undefined where another caller has claimed it, or where the tenant has a running job of its kind.
 *
 * @param claim `expired`: the lease of a running job that counts as expired, unless it was renewed since it was read
 */
export async function claimJob(
  db: Db,
  { tenant_id, job_id, lease_token }: JobLease,
  { now, lease_expires_at, expired }: { now: number; lease_expires_at: number; expired?: RunningLease | undefined },
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
            row.and([
              row('state', '=', 'running'),
              row('lease_token', '=', expired?.lease_token ?? ''),
              row('lease_expires_at', '=', expired?.lease_expires_at ?? 0),
            ]),
          ]),
        )
        .returningAll()
        .executeTakeFirst(),
    )
  } catch (error) {
    if (!violatesUnique(error, 'jobs')) throw error
    return undefined
  }
}

/**
 * Saves the cursor and the progress of a step and renews the lease, in the transaction of the step. Undefined when the lease is lost: the
 * caller must roll the transaction back.
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

/** Renews a lease within a step. Undefined when it is lost. */
export async function renewJobLease(
  db: Db,
  { tenant_id, job_id, lease_token }: JobLease,
  lease: Pick<JobsTable, 'lease_expires_at' | 'updated_at'>,
): Promise<Pick<JobsTable, 'cancel_requested_at'> | undefined> {
  return await db
    .updateTable('jobs')
    .set(lease)
    .where('tenant_id', '=', tenant_id)
    .where('job_id', '=', job_id)
    .where('lease_token', '=', lease_token)
    .returning('cancel_requested_at')
    .executeTakeFirst()
}

/** Ends a lease and writes the new state of the job. Returns false, and changes nothing, when the lease is lost. */
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
 * Cancels a job: a pending one at once, a running one after its current step. Committed steps are kept. Returns false for a job that has
 * ended or does not exist.
 */
export async function cancelJob(db: Db, tenant_id: string, job_id: string, now: number): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const update = trx.updateTable('jobs').where('tenant_id', '=', tenant_id).where('job_id', '=', job_id)
    const ended = await update
      .set({ state: 'canceled', cancel_requested_at: now, finished_at: now, updated_at: now })
      .where('state', '=', 'pending')
      .returning('job_id')
      .executeTakeFirst()
    if (ended) return true
    // Includes pending jobs: a running one may have become pending since. `updated_at` stays that of the lease.
    const requested = await update
      .set({ cancel_requested_at: now })
      .where('state', 'in', ['pending', 'running'])
      .returning('job_id')
      .executeTakeFirst()
    return requested !== undefined
  })
}

/** The ids of jobs of a tenant that ended before `before`, oldest first. */
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

/**
 * The jobs of a tenant that have not ended, those that have been due for the longest time first, and then the newest of those that have: at
 * most `take` of both.
 *
 * @param kinds only of these kinds; by default of all
 */
export async function listJobs(
  db: Db,
  tenant_id: string,
  take: number,
  kinds?: readonly string[],
): Promise<JobsTable[]> {
  let of_tenant = db.selectFrom('jobs').selectAll().where('tenant_id', '=', tenant_id)
  if (kinds) of_tenant = of_tenant.where('kind', 'in', kinds)
  // A query for each state, because a tenant may have many pending jobs: with both in one, all of them would be sorted.
  const inState = (state: JobsTable['state']) =>
    of_tenant.where('state', '=', state).orderBy('run_at').limit(take).execute()
  const active = [...(await inState('pending')), ...(await inState('running'))]
    .toSorted((one, other) => one.run_at - other.run_at)
    .slice(0, take)
  const ended = await of_tenant
    .where('finished_at', 'is not', null)
    .orderBy('finished_at', 'desc')
    .limit(take)
    .execute()
  return [...active, ...ended.filter((row) => !active.some(({ job_id }) => job_id === row.job_id))]
}

/** Deletes the row of a job. */
export async function deleteJobRow(trx: Transaction, { tenant_id, job_id }: JobKey): Promise<void> {
  await trx.deleteFrom('jobs').where('tenant_id', '=', tenant_id).where('job_id', '=', job_id).execute()
}
