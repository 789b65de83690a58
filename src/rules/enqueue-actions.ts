import type { ActionTrigger } from '../contract/action.ts'
import { enqueueJob } from '../jobs/enqueue-job.ts'
import type { Caller } from '../logs/record-event.ts'
import { hasBoundAction } from '../store/action-bindings.ts'
import type { Transaction } from '../store/tables.ts'

/** The kind of the jobs that run the actions of a trigger after a change of a user. */
export const run_actions = 'run_actions'

/** The input of such a job: what happened to whom, through which client, in which request. */
export type ActionsJob = {
  trigger: Extract<ActionTrigger, 'post-user-registration' | 'post-change-password'>
  user_id: string
  connection_id: string
  client_id?: string
  caller: Caller
}

/** Enqueues the job in the transaction of the change, where the tenant has an action that is bound to the trigger. */
export async function enqueueActions(
  trx: Transaction,
  { tenant_id, at }: { tenant_id: string; at: number },
  input: ActionsJob,
): Promise<void> {
  if (!(await hasBoundAction(trx, tenant_id, input.trigger))) return
  await enqueueJob(trx, { tenant_id, kind: run_actions, input, at })
}
