import { enqueueJob } from '../jobs/enqueue-job.ts'
import { hasBoundAction } from '../store/action-bindings.ts'
import type { Transaction } from '../store/tables.ts'
import type { Through } from './record-observation.ts'

/** The kind of the jobs that run the actions of the trigger `post-migration`. */
export const post_migration = 'post_migration'

/** The input of such a job: who moved, how, and when in epoch milliseconds. */
export type PostMigration = {
  user_id: string
  connection_id: string
  legacy_id: string
  through: Extract<Through, 'login' | 'reset_confirm'>
  moved_at: number
}

/** Enqueues the job in the transaction that moves a user, where the tenant has an action that is bound to the trigger. */
export async function enqueuePostMigration(trx: Transaction, tenant_id: string, input: PostMigration): Promise<void> {
  if (!(await hasBoundAction(trx, tenant_id, 'post-migration'))) return
  await enqueueJob(trx, { tenant_id, kind: post_migration, input, at: input.moved_at })
}
