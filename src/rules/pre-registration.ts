import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { authorizationMembers } from './action-event.ts'
import { actionsNotRun } from './actions-not-run.ts'
import { callerMember, clientMember, connectionMember } from './event-members.ts'
import { runTrigger, type RunTriggerDeps, type TriggerAnswer } from './run-trigger.ts'
import type { ReadTriggerActions } from './trigger-actions.ts'

/**
 * A user who is about to be created. `profile`: the attributes that were given. `language`: that of the request. `parameters`: those of the
 * authorization request whose page the user signs up on.
 */
export type Registration = {
  tenant: Tenant
  connection: Connection
  client?: Client | undefined
  profile: JsonObject
  caller: Caller
  language?: string | undefined
  parameters?: Readonly<Record<string, string>> | undefined
}

/** Metadata that the actions add to the new user: null removes a member that was given. */
export type RegistrationMetadata = { user_metadata: JsonObject; app_metadata: JsonObject }

/**
 * Runs the actions that are bound to `pre-user-registration`; without any it adds nothing.
 *
 * @throws {Refusal} `registration_denied` with the text of the action for the user; `registration_failed`; `overloaded` where they could not
 *   be run now
 */
export type DecideRegistration = (registration: Registration) => Promise<RegistrationMetadata>

function refusalOf({ call_id, failure, denied }: TriggerAnswer): Refusal | undefined {
  const call = { trigger: 'pre-user-registration', call_id }
  if (failure?.not_run === true) return actionsNotRun({ ...call, error: failure.message })
  if (failure) {
    const action_call = { ...call, ...defined({ step: failure.step }), error: failure.message } as JsonObject
    return new Refusal('registration_failed', { action_call })
  }
  if (!denied) return undefined
  const { step, code, reason, message } = denied
  return new Refusal('registration_denied', {
    action_call: { ...call, step, reason },
    // Auth0's clients show the member `friendly_message`.
    ...(message === '' ? {} : { message, body: { friendly_message: message } }),
    ...(code === '' ? {} : { error: code }),
  })
}

function eventOf({ tenant, connection, client, profile, caller, language, parameters }: Registration): JsonObject {
  return {
    tenant: { id: tenant.name },
    connection: connectionMember(connection),
    user: { user_metadata: {}, app_metadata: {}, ...profile },
    request: { ...callerMember(caller), method: 'POST', ...defined({ language }) },
    security_context: {},
    ...(client === undefined ? {} : { client: clientMember(client) }),
    ...(parameters === undefined ? {} : { transaction: authorizationMembers(parameters) }),
  }
}

/** Creates the decision about registrations. */
export function createDecideRegistration(
  deps: RunTriggerDeps & { readActions: ReadTriggerActions },
): DecideRegistration {
  return async (registration) => {
    const { tenant } = registration
    const actions = await deps.readActions(tenant.tenant_id, 'pre-user-registration')
    if (actions === undefined) return { user_metadata: {}, app_metadata: {} }
    const answer = await runTrigger(deps, { tenant, actions, event: eventOf(registration), is_deciding: true })
    const refusal = refusalOf(answer)
    if (refusal) throw refusal
    const { user_metadata, app_metadata } = answer
    return { user_metadata, app_metadata }
  }
}
