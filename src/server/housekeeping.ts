import type { Clock } from '../base/clock.ts'
import type { JobHandler, RunningJob } from '../jobs/job.ts'
import type { Db, Transaction } from '../store/tables.ts'

/** Deletes what has ended, of all tenants in one step. */
export type Purge = { name: string; run(trx: Transaction, now: number): Promise<unknown> }

/** Deletes a bounded part of what has ended, of one tenant, and answers how much it deleted. */
export type TenantPurge = {
  name: string
  runForTenant(trx: Transaction, tenant_id: string, now: number): Promise<number>
  /** It runs for a tenant again and again until nothing is left; without this, the rest waits for the next time. */
  exhaustive?: boolean
}

type Cursor = { purge: string; after_tenant_id: string }
type HousekeepingJob = RunningJob<null, Cursor>

// Most tenants have nothing that has ended: so many of them are looked at in one step.
const tenants_at_once = 50

async function tenantIdsAfter(db: Db, tenant_id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('tenants')
    .select('tenant_id')
    .where('tenant_id', '>', tenant_id)
    .orderBy('tenant_id')
    .limit(tenants_at_once)
    .execute()
  return rows.map((row) => row.tenant_id)
}

/** Runs a purge for a list of tenants up to the first that has something to delete. Answers the last one that is done. */
async function purgeUpToFirst(
  trx: Transaction,
  purge: TenantPurge,
  { after_tenant_id, tenant_ids, now }: { after_tenant_id: string; tenant_ids: string[]; now: number },
): Promise<string> {
  let done = after_tenant_id
  for (const tenant_id of tenant_ids) {
    const deleted = await purge.runForTenant(trx, tenant_id, now)
    if (deleted === 0 || purge.exhaustive !== true) done = tenant_id
    if (deleted > 0) return done
  }
  return done
}

/**
 * A recurring job that deletes what has ended: purge after purge, each in a step of its own, and those of tenants in steps
 * in which one tenant at most has rows deleted. Of several processes on one store one does it.
 */
export function housekeeping(
  { db, clock }: { db: Db; clock: Clock },
  recurs_every_ms: number,
  purges: (Purge | TenantPurge)[],
): JobHandler<null, Cursor> {
  async function purgeTenants(job: HousekeepingJob, purge: TenantPurge, nth: number): Promise<void> {
    let after_tenant_id = job.cursor?.purge === purge.name ? job.cursor.after_tenant_id : ''
    for (;;) {
      const tenant_ids = await tenantIdsAfter(db, after_tenant_id)
      if (tenant_ids.length === 0) return
      const step = await job.commit(async (trx) => {
        const done = await purgeUpToFirst(trx, purge, { after_tenant_id, tenant_ids, now: clock.now() })
        return {
          cursor: { purge: purge.name, after_tenant_id: done },
          progress: { done: nth, total: purges.length },
        }
      })
      after_tenant_id = step.cursor.after_tenant_id
    }
  }

  return {
    recurs_every_ms,
    async run(job) {
      const first = Math.max(
        0,
        purges.findIndex((purge) => purge.name === job.cursor?.purge),
      )
      for (const [nth, purge] of purges.entries()) {
        if (nth < first) continue
        if ('runForTenant' in purge) {
          await purgeTenants(job, purge, nth)
          continue
        }
        await job.commit(async (trx) => {
          await purge.run(trx, clock.now())
          return {
            cursor: { purge: purge.name, after_tenant_id: '' },
            progress: { done: nth + 1, total: purges.length },
          }
        })
      }
    },
  }
}
