import { isIP } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { outcomes } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller, type NewLogEvent } from '../logs/record-event.ts'
import { issuerOf, type Tenant } from '../tenants/tenant.ts'
import { authenticateClient, type AuthenticatedClient } from './authenticate-client.ts'
import { authorizeGrant, grantOfType } from './authorize-grant.ts'
import type { PresentedClient } from './client-credentials-of.ts'
import { requiredText, type Fields } from './fields.ts'
import { issueTokens, type TokenAnswer } from './issue-tokens.ts'
import type { DoorParts } from './oauth-parts.ts'
import { RefusedReuse } from './refuse-reuse.ts'
import type { Authorization, Grant, TokenRequest } from './token-request.ts'

/** What the token endpoint is asked, before anything of it is believed. */
export type TokenCall = {
  tenant: Tenant
  presented: PresentedClient
  fields: Fields
  caller: Caller
  /** The header `auth0-forwarded-for`: a server's word on whom it acts for. */
  forwarded_for: string | undefined
}

/**
 * Answers a token request (RFC 6749 section 3.2). The steps that every grant shares are here and in this order: client, grant type,
 * parameters, the grant's own decision, tokens, log.
 *
 * @throws {Refusal} where any step refuses, after it was logged
 */
export async function answerTokenCall(parts: DoorParts, call: TokenCall): Promise<TokenAnswer> {
  const grant_type = requiredText(call.fields, 'grant_type', 256)
  const named = grantOfType(grant_type)
  let authenticated: AuthenticatedClient
  try {
    authenticated = await authenticateClient(parts, call.tenant, call.presented)
  } catch (error) {
    parts.background.run('log a refused client', () => logRefusedClient(parts, call, named, error))
    throw error
  }
  const request: TokenRequest = {
    tenant: call.tenant,
    issuer: issuerOf(call.tenant, parts.site.scheme),
    client: authenticated.client,
    fields: call.fields,
    caller: endUserOf(call, authenticated),
  }
  try {
    const grant = authorizeGrant(grant_type, authenticated)
    for (const name of grant.required) requiredText(request.fields, name, Number.POSITIVE_INFINITY)
    const authorization = await grant.authorize(parts, request)
    return await issueTokens(parts, request, authorization, successEvent(grant, request, authorization))
  } catch (error) {
    if (error instanceof Refusal && named && !isLogged(named, error)) await logFailure(parts, named, request, error)
    throw error
  }
}

// Who the login is for, as the shield and the log see them. A trusted server names its own caller.
function endUserOf(call: TokenCall, { client, has_shown_secret }: AuthenticatedClient): Caller {
  const named = call.forwarded_for?.trim() ?? ''
  const trusted = has_shown_secret && client.data['is_token_endpoint_ip_header_trusted'] === true
  return trusted && isIP(named) !== 0 ? { ...call.caller, ip: named } : call.caller
}

function eventOf(grant: Grant, { client, caller }: TokenRequest, type: string): NewLogEvent {
  return {
    type,
    description: grant.logs.exchange,
    client_id: client.client_id,
    client_name: client.name,
    caller,
  }
}

function successEvent(grant: Grant, request: TokenRequest, authorization: Authorization): NewLogEvent {
  const { resource_server, scope } = authorization
  return {
    ...eventOf(grant, request, grant.logs.success),
    ...(resource_server ? { audience: resource_server.identifier } : {}),
    scope: scope.join(' '),
    ...(authorization.kind === 'user'
      ? {
          user_id: authorization.user.user_id,
          user_name: authorization.user.email ?? authorization.user.username ?? authorization.user.user_id,
          connection_id: authorization.connection_id,
          ...(authorization.connection_name === undefined ? {} : { connection: authorization.connection_name }),
        }
      : {}),
  }
}

const problems_of_logins = new Set(Object.values(outcomes).map((row) => row.problem))

function isLogged(grant: Grant, refusal: Refusal): boolean {
  // Writing what there was no time for would take more of it; the process log has the request.
  if (refusal.code === 'overloaded') return true
  return refusal instanceof RefusedReuse || (grant.logs.login_writes && problems_of_logins.has(refusal.code))
}

async function logFailure(parts: DoorParts, grant: Grant, request: TokenRequest, refusal: Refusal): Promise<void> {
  await recordEvent(parts.db, request.tenant.tenant_id, parts.clock.now(), {
    ...eventOf(grant, request, grant.logs.failure),
    description: refusal.message,
    details: { error: { code: refusal.code, message: refusal.message } },
  })
}

// Only known clients get a log event. Written before the answer, its time would tell them from unknown ones.
const after_the_answer_ms = 50

async function logRefusedClient(
  parts: DoorParts,
  call: TokenCall,
  grant: Grant | undefined,
  error: unknown,
): Promise<void> {
  if (!(error instanceof Refusal) || !grant) return
  await setTimeout(after_the_answer_ms)
  const client = await parts.lookups.client(call.tenant.tenant_id, call.presented.client_id)
  if (!client) return
  await recordEvent(parts.db, call.tenant.tenant_id, parts.clock.now(), {
    type: grant.logs.failure,
    description: error.message,
    client_id: client.client_id,
    client_name: client.name,
    details: { error: { code: error.code, message: 'The client did not authenticate.' } },
    caller: call.caller,
  })
}
