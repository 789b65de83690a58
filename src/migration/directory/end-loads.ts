import { day_ms } from '../../base/time.ts'
import { purgeFilesOf } from '../../jobs/purge-jobs.ts'
import type { Transaction } from '../../store/tables.ts'
import { endAsCanceled, failLoad, type LoadKey } from './directory-load.ts'
import { directory_load } from './load-job.ts'
import { deleteStaged } from './stage-rows.ts'

/** How long a load waits for its confirmation. */
const waits_days = 7

/** Ends the loads whose job has ended without them, because the server stopped too often or the job was canceled. */
export async function endLostLoads(trx: Transaction, of: { tenant_id: string; connection_id?: string }): Promise<void> {
  let query = trx
    .selectFrom('directory_loads')
    .leftJoin('jobs', (join) =>
      join
        .onRef('jobs.tenant_id', '=', 'directory_loads.tenant_id')
        .onRef('jobs.job_id', '=', 'directory_loads.job_id'),
    )
    .select(['directory_loads.connection_id', 'directory_loads.load_id', 'directory_loads.state'])
    .select(['jobs.error', 'jobs.state as job_state'])
    .where('directory_loads.tenant_id', '=', of.tenant_id)
    .where('directory_loads.state', 'in', ['reading', 'applying'])
    .where((row) =>
      row.or([row('jobs.state', 'is', null), row('jobs.state', 'in', ['completed', 'failed', 'canceled'])]),
    )
  if (of.connection_id !== undefined) query = query.where('directory_loads.connection_id', '=', of.connection_id)
  for (const { connection_id, load_id, state, error, job_state } of await query.execute()) {
    const key = { tenant_id: of.tenant_id, connection_id, load_id }
    if (job_state === 'canceled' && (await endAsCanceled(trx, key))) continue
    const why = error ?? 'Its job has ended.'
    const message = state === 'applying' ? `The load was applied in part: ${why} Load the directory again.` : why
    await failLoad(trx, key, message)
  }
}

/** A load that has ended and still has staged rows. */
async function loadToClean(trx: Transaction, tenant_id: string): Promise<LoadKey | undefined> {
  return await trx
    .selectFrom('directory_loads')
    .select(['tenant_id', 'connection_id', 'load_id'])
    .where('tenant_id', '=', tenant_id)
    .where('state', 'in', ['failed', 'canceled', 'applied'])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('directory_staged_rows')
          .select('row_no')
          .where('directory_staged_rows.tenant_id', '=', tenant_id)
          .whereRef('directory_staged_rows.load_id', '=', 'directory_loads.load_id'),
      ),
    )
    .limit(1)
    .executeTakeFirst()
}

async function endUnconfirmed(trx: Transaction, tenant_id: string, now: number): Promise<void> {
  const waiting = await trx
    .selectFrom('directory_loads')
    .select(['tenant_id', 'connection_id', 'load_id'])
    .where('tenant_id', '=', tenant_id)
    .where('state', '=', 'waiting_for_confirmation')
    .where('created_at', '<', now - waits_days * day_ms)
    .execute()
  for (const load of waiting) await failLoad(trx, load, `The load was not confirmed within ${waits_days} days.`)
}

/**
 * Ends loads of a tenant that were not confirmed within 7 days or whose job was lost, and deletes files and staged rows of loads that have
 * ended: a bounded part of them. Returns how much it deleted.
 */
export async function purgeDirectoryLoads(trx: Transaction, tenant_id: string, now: number): Promise<number> {
  await endLostLoads(trx, { tenant_id })
  await endUnconfirmed(trx, tenant_id, now)
  const files = await purgeFilesOf(trx, tenant_id, { kind: directory_load, before: now })
  const load = await loadToClean(trx, tenant_id)
  if (!load) return files
  await deleteStaged(trx, load)
  return files + 1
}
