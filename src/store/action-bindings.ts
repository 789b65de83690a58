import type { ActionTrigger } from '../contract/action.ts'
import { prepareQuery } from './prepared-query.ts'
import type { Transaction } from './tables.ts'

const findBinding = prepareQuery((db, { tenant_id, trigger_id }: { tenant_id: string; trigger_id: string }) =>
  db
    .selectFrom('action_bindings')
    .select('binding_id')
    .where('tenant_id', '=', tenant_id)
    .where('trigger_id', '=', trigger_id)
    .limit(1),
)

/** Whether the tenant has an action that is bound to the trigger. */
export async function hasBoundAction(trx: Transaction, tenant_id: string, trigger_id: ActionTrigger): Promise<boolean> {
  const { rows } = await findBinding(trx, { tenant_id, trigger_id })
  return rows.length > 0
}
