import { cutText } from '../base/cut-text.ts'
import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { actionsNotRun } from './actions-not-run.ts'
import { claims_max, customClaims } from './custom-claims.ts'
import { callerMember, clientMember } from './event-members.ts'
import { runTrigger, type RunTriggerDeps, type TriggerAnswer } from './run-trigger.ts'
import type { ReadTriggerActions } from './trigger-actions.ts'

/** A client that is about to receive a token for itself. `body`: the parameters of the request, without secrets. */
export type CredentialsExchange = {
  tenant: Tenant
  client: Client
  caller: Caller
  body: Readonly<Record<string, string>>
  /** The API that the token is for. */
  audience: string
  /** The scope that is granted, and the one that was requested: all that the client may have where it named none. */
  scope: readonly string[]
  requested_scope: readonly string[]
}

/**
 * Runs the actions that are bound to `credentials-exchange`, and returns the claims that they add to the access token.
 *
 * @throws {Refusal} `exchange_denied`, `exchange_failed`; `overloaded` where they could not be run now
 */
export type DecideExchange = (exchange: CredentialsExchange) => Promise<JsonObject>

const trigger = 'credentials-exchange'

function failed(action_call: JsonObject): Refusal {
  return new Refusal('exchange_failed', { action_call: { trigger, ...action_call } })
}

// Auth0's codes. Another one of an action would be a code that no client expects.
const denial_codes = ['invalid_request', 'invalid_scope', 'server_error']

function refusalOf({ call_id, failure, denied }: TriggerAnswer): Refusal | undefined {
  if (failure?.not_run === true) return actionsNotRun({ trigger, call_id, error: failure.message })
  if (failure) return failed({ call_id, ...defined({ step: failure.step }), error: failure.message })
  if (!denied) return undefined
  const { step, code, message } = denied
  if (!denial_codes.includes(code)) {
    return failed({
      call_id,
      step,
      error: `The action "${step}" denied with a code that is none of ${denial_codes.join(', ')}.`,
    })
  }
  return new Refusal('exchange_denied', {
    action_call: { trigger, call_id, step, reason: message },
    error: code,
    ...(code === 'server_error' ? { status: 500 } : {}),
    ...(message === '' ? {} : { message }),
  })
}

function eventOf({ tenant, client, caller, body, audience, scope, requested_scope }: CredentialsExchange): JsonObject {
  return {
    tenant: { id: tenant.name },
    client: clientMember(client),
    resource_server: { identifier: audience },
    request: { ...callerMember(caller), method: 'POST', body: { ...body }, query: {} },
    accessToken: { customClaims: {}, scope: [...scope] },
    transaction: { requested_scopes: [...requested_scope] },
    security_context: {},
  }
}

/** Creates the decision about tokens for clients themselves. */
export function createDecideExchange(deps: RunTriggerDeps & { readActions: ReadTriggerActions }): DecideExchange {
  return async (exchange) => {
    const { tenant } = exchange
    const actions = await deps.readActions(tenant.tenant_id, trigger)
    if (actions === undefined) return {}
    const answer = await runTrigger(deps, { tenant, actions, event: eventOf(exchange), is_deciding: true })
    const refusal = refusalOf(answer)
    if (refusal) throw refusal
    const { claims, refused } = customClaims(answer.access_token)
    const { length } = JSON.stringify(claims)
    if (length > claims_max) {
      const error = `The actions add ${length} characters of claims to the access token; it may have ${claims_max}.`
      throw failed({ call_id: answer.call_id, error })
    }
    if (refused.length > 0) answer.warn(`claims that an action may not set: ${cutText(refused.join(', '), 500)}`)
    return claims
  }
}
