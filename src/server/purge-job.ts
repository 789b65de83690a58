import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { JobHandler, RunningJob } from '../jobs/job.ts'
import type { Db, Transaction } from '../store/tables.ts'

/** Deletes the expired rows of all tenants in one step. */
export type Purge = { name: string; run(trx: Transaction, now: number): Promise<unknown> }

/** Deletes a limited number of expired rows of one tenant, and returns that number. It is repeated until nothing is left. */
export type TenantPurge = {
  name: string
  runForTenant(trx: Transaction, tenant_id: string, now: number): Promise<number>
}

type Cursor = { purge: string; after_tenant_id: string }
type PurgeJob = RunningJob<null, Cursor>

// Tenants checked in one step, because most of them have no expired rows.
const tenants_at_once = 50

// A step takes longer when the store has other work. The pause after it grows likewise, so that purges take a quarter of the time.
const pause_factor = 3
const pause_max_ms = 2000

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

/** Runs a purge for tenants up to the first that has expired rows. Returns the last tenant that is done. */
async function purgeUpToFirst(
  trx: Transaction,
  purge: TenantPurge,
  { after_tenant_id, tenant_ids, now }: { after_tenant_id: string; tenant_ids: string[]; now: number },
): Promise<string> {
  let done = after_tenant_id
  for (const tenant_id of tenant_ids) {
    if ((await purge.runForTenant(trx, tenant_id, now)) > 0) return done
    done = tenant_id
  }
  return done
}

/**
 * A recurring job that deletes expired rows. Each purge is a step; a purge per tenant has steps that delete rows of at most one tenant.
 * Of several processes on one store, one runs it.
 */
export function createPurgeJob(
  { db, clock }: { db: Db; clock: Clock },
  recurs_every_ms: number,
  purges: (Purge | TenantPurge)[],
): JobHandler<null, Cursor> {
  async function purgeTenants(job: PurgeJob, purge: TenantPurge, index: number): Promise<void> {
    let after_tenant_id = job.cursor?.purge === purge.name ? job.cursor.after_tenant_id : ''
    for (;;) {
      const tenant_ids = await tenantIdsAfter(db, after_tenant_id)
      if (tenant_ids.length === 0) return
      const began = performance.now()
      const step = await job.commit(async (trx) => {
        const done = await purgeUpToFirst(trx, purge, { after_tenant_id, tenant_ids, now: clock.now() })
        return {
          cursor: { purge: purge.name, after_tenant_id: done },
          progress: { done: index, total: purges.length },
        }
      })
      after_tenant_id = step.cursor.after_tenant_id
      if (after_tenant_id === tenant_ids.at(-1)) continue
      await setTimeout(Math.min(pause_max_ms, (performance.now() - began) * pause_factor))
    }
  }

  return {
    recurs_every_ms,
    async run(job) {
      const first = Math.max(
        0,
        purges.findIndex((purge) => purge.name === job.cursor?.purge),
      )
      for (const [index, purge] of purges.entries()) {
        if (index < first) continue
        if ('runForTenant' in purge) {
          await purgeTenants(job, purge, index)
          continue
        }
        await job.commit(async (trx) => {
          await purge.run(trx, clock.now())
          return {
            cursor: { purge: purge.name, after_tenant_id: '' },
            progress: { done: index + 1, total: purges.length },
          }
        })
      }
    },
  }
}
