import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { SendByActions } from '../tenants/send-text-message.ts'
import { userById } from '../users/user.ts'
import { userMember } from './event-members.ts'
import type { ReadChainDeps } from './rule-chain.ts'
import { jobs_version, runTrigger, type RunTriggerDeps } from './run-trigger.ts'
import { readTriggerActions } from './trigger-actions.ts'

const trigger = 'send-phone-message'

/** Creates the sender of text messages by the actions of `send-phone-message`. */
export function createSendByActions(deps: ReadChainDeps & RunTriggerDeps): SendByActions {
  return async (tenant, { to, text, code, user_id }) => {
    const { tenant_id } = tenant
    const actions = await readTriggerActions(deps, tenant_id, trigger)
    if (actions === undefined) return { kind: 'none' }
    // A legacy user who has not moved is not known here.
    const user = user_id === undefined ? undefined : await userById(deps.db, tenant_id, user_id)
    const event = {
      tenant: { id: tenant.name },
      message_options: { action: 'password-reset', message_type: 'sms', recipient: to, text, ...defined({ code }) },
      ...defined({ user: await userMember(deps.db, user) }),
    } as JsonObject
    const answer = await runTrigger(deps, { tenant, actions, event, is_deciding: true, version: jobs_version })
    return answer.failure ? { kind: 'failed', error: answer.failure.message } : { kind: 'sent' }
  }
}
