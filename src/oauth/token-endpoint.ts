import { isIP } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { defined } from '../base/defined.ts'
import type { Background } from '../base/background.ts'
import type { Clock } from '../base/clock.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { UnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { authenticateClient, type AuthenticatedClient } from './authenticate-client.ts'
import { wantsConformantAnswers } from './conformant-answers.ts'
import { requestEvent } from './token-request-event.ts'
import { requiredText, type Fields } from './request-fields.ts'
import type { PresentedClient } from './presented-client.ts'
import { selectGrant } from './select-grant.ts'
import type { TokenAnswer } from './sign-tokens.ts'
import type { Grant, TokenRequest } from './token-request.ts'

/** Dependencies of the token endpoint besides those of its grants. */
export type TokenEndpointDeps = {
  db: Db
  clock: Clock
  background: Background
  unauthenticated_events: UnauthenticatedEvents
  clients: Pick<ClientCache, 'client' | 'credentials'>
  site: Site
}

/** A request to the token endpoint whose client is not authenticated yet. */
export type TokenCall = {
  tenant: Tenant
  presented: PresentedClient
  fields: Fields
  caller: Caller
  /** The header `auth0-forwarded-for`: the end user's address, as the client reports it. */
  forwarded_for: string | undefined
}

/**
 * Answers a token request (RFC 6749 section 3.2): authenticates the client, selects the grant, checks that its parameters are present,
 * and issues tokens. A refusal is logged here unless its log event was written before.
 *
 * @throws {Refusal} of each step
 */
export async function answerTokenCall(
  deps: TokenEndpointDeps,
  grants: readonly Grant[],
  call: TokenCall,
): Promise<TokenAnswer> {
  const grant_type = requiredText(call.fields, 'grant_type', 256)
  const requested_grant = grants.find((each) => each.grant_type === grant_type)
  if (!requested_grant && call.tenant.is_system) throw unsupportedAtAdminOrigin(grant_type)
  let authenticated: AuthenticatedClient
  try {
    authenticated = await authenticateClient(deps, call.tenant, call.presented)
  } catch (error) {
    deps.background.run('log a refused client', () => logRefusedClient(deps, call, requested_grant, error))
    throw error
  }
  const request: TokenRequest = {
    tenant: call.tenant,
    issuer: issuerOf(call.tenant, deps.site.scheme),
    ...authenticated,
    fields: call.fields,
    caller: endUserCaller(call, authenticated),
  }
  try {
    const grant = selectGrant(grants, grant_type, authenticated)
    for (const name of grant.required) requiredText(request.fields, name, Number.POSITIVE_INFINITY)
    return await grant.issue(request)
  } catch (error) {
    if (error instanceof Refusal && requested_grant && error.details.log_event === undefined) {
      await logRefusal(deps, requested_grant, request, { refusal: error, is_proven: authenticated.is_authenticated })
    }
    throw inConformance(error, request)
  }
}

// RFC 6749 section 5.2: 400, where Auth0 answers 403.
function inConformance(error: unknown, { tenant, client }: TokenRequest): unknown {
  if (!(error instanceof Refusal) || error.problem.error !== 'invalid_grant') return error
  if (!wantsConformantAnswers(tenant, client)) return error
  return new Refusal(error.code, { ...error.details, message: error.message, status: 400 })
}

function unsupportedAtAdminOrigin(grant_type: string): Refusal {
  const message = `Unsupported grant type: ${grant_type}. This is the admin origin: admins log in here with the grant type http://auth0.com/oauth/grant-type/password-realm. Users and clients of a tenant use the origin of that tenant, which is its issuer.`
  return new Refusal('unsupported_grant_type', { message })
}

// A trusted client may forward the address of the end user.
function endUserCaller(call: TokenCall, { client, is_authenticated }: AuthenticatedClient): Caller {
  const forwarded_ip = call.forwarded_for?.trim() ?? ''
  const trusted = is_authenticated && client.data['is_token_endpoint_ip_header_trusted'] === true
  return trusted && isIP(forwarded_ip) !== 0 ? { ...call.caller, ip: forwarded_ip } : call.caller
}

async function logRefusal(
  deps: Pick<TokenEndpointDeps, 'db' | 'clock' | 'unauthenticated_events'>,
  { logs }: Grant,
  request: TokenRequest,
  { refusal, is_proven }: { refusal: Refusal; is_proven: boolean },
): Promise<void> {
  const { tenant, caller } = request
  const event = {
    ...requestEvent(logs, request, logs.failure),
    description: refusal.message,
    details: {
      error: { code: refusal.code, message: refusal.message },
      ...defined({ post_login: refusal.details.post_login, action_call: refusal.details.action_call }),
    },
    caller,
  }
  if (is_proven) await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), event)
  else await deps.unauthenticated_events.record(tenant.tenant_id, event)
}

// Only an existing client gets a log event. It is written after the response: otherwise the response time would reveal whether the client
// exists.
const event_delay_ms = 50

async function logRefusedClient(
  deps: TokenEndpointDeps,
  call: TokenCall,
  grant: Grant | undefined,
  error: unknown,
): Promise<void> {
  if (!(error instanceof Refusal) || !grant) return
  await setTimeout(event_delay_ms)
  const client = await deps.clients.client(call.tenant.tenant_id, call.presented.client_id)
  if (!client) return
  await deps.unauthenticated_events.record(call.tenant.tenant_id, {
    type: grant.logs.failure,
    description: error.message,
    client_id: client.client_id,
    client_name: client.name,
    details: { error: { code: error.code, message: 'The client did not authenticate.' } },
    caller: call.caller,
  })
}
