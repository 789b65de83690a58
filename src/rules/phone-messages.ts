import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { Db } from '../store/tables.ts'
import type { SendByActions } from '../tenants/send-text-message.ts'
import { showUsers } from '../users/show-users.ts'
import { userById } from '../users/user.ts'
import type { ReadChainDeps } from './rule-chain.ts'
import { jobs_version, runTrigger, type RunTriggerDeps } from './run-trigger.ts'
import { readTriggerActions } from './trigger-actions.ts'

const trigger = 'send-phone-message'

/** The recipient of a message, where the user is known here: a legacy user who has not moved is not. */
async function userOf(db: Db, tenant_id: string, user_id: string | undefined): Promise<JsonObject | undefined> {
  const user = user_id === undefined ? undefined : await userById(db, tenant_id, user_id)
  const [shown] = user ? await showUsers(db, tenant_id, [user]) : []
  return shown as unknown as JsonObject | undefined
}

/** Creates the sender of text messages by the actions of `send-phone-message`. */
export function createSendByActions(deps: ReadChainDeps & RunTriggerDeps): SendByActions {
  return async (tenant, { to, text, code, user_id }) => {
    const { tenant_id } = tenant
    const actions = await readTriggerActions(deps, tenant_id, trigger)
    if (actions === undefined) return { kind: 'none' }
    const event = {
      tenant: { id: tenant.name },
      message_options: { action: 'password-reset', message_type: 'sms', recipient: to, text, ...defined({ code }) },
      ...defined({ user: await userOf(deps.db, tenant_id, user_id) }),
    } as JsonObject
    const answer = await runTrigger(deps, { tenant, actions, event, is_deciding: true, version: jobs_version })
    return answer.failure ? { kind: 'failed', error: answer.failure.message } : { kind: 'sent' }
  }
}
