import { isIP } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Background } from '../base/background.ts'
import type { Clock } from '../base/clock.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { authenticateClient, type AuthenticatedClient } from './authenticate-client.ts'
import { requestEvent } from './exchange-event.ts'
import { requiredText, type Fields } from './fields.ts'
import type { PresentedClient } from './presented-client.ts'
import { selectGrant } from './select-grant.ts'
import type { TokenAnswer } from './sign-tokens.ts'
import type { Grant, TokenRequest } from './token-request.ts'

/** What the token endpoint needs beside its grants. */
export type TokenEndpointDeps = {
  db: Db
  clock: Clock
  background: Background
  clients: Pick<ClientCache, 'client' | 'credentials'>
  site: Site
}

/** A request to the token endpoint before the client is authenticated. */
export type TokenCall = {
  tenant: Tenant
  presented: PresentedClient
  fields: Fields
  caller: Caller
  /** The header `auth0-forwarded-for`: the end user's address, as a client's server reports it. */
  forwarded_for: string | undefined
}

/**
 * Answers a token request (RFC 6749 section 3.2): authenticates the client, selects the grant, checks that its parameters are present,
 * and issues tokens. A refusal is logged here unless it says that its log event exists already.
 *
 * @throws {Refusal} where any step refuses
 */
export async function answerTokenCall(
  deps: TokenEndpointDeps,
  grants: readonly Grant[],
  call: TokenCall,
): Promise<TokenAnswer> {
  const grant_type = requiredText(call.fields, 'grant_type', 256)
  const named = grants.find((each) => each.grant_type === grant_type)
  let authenticated: AuthenticatedClient
  try {
    authenticated = await authenticateClient(deps.clients, call.tenant, call.presented)
  } catch (error) {
    deps.background.run('log a refused client', () => logRefusedClient(deps, call, named, error))
    throw error
  }
  const request: TokenRequest = {
    tenant: call.tenant,
    issuer: issuerOf(call.tenant, deps.site.scheme),
    client: authenticated.client,
    fields: call.fields,
    caller: endUserOf(call, authenticated),
  }
  try {
    const grant = selectGrant(grants, grant_type, authenticated)
    for (const name of grant.required) requiredText(request.fields, name, Number.POSITIVE_INFINITY)
    return await grant.issue(request)
  } catch (error) {
    if (error instanceof Refusal && named && error.details.log_event === undefined) {
      await logRefusal(deps, named, request, error)
    }
    throw error
  }
}

// A client whose server is trusted to forward addresses acts for the address that it names.
function endUserOf(call: TokenCall, { client, sent_secret }: AuthenticatedClient): Caller {
  const named = call.forwarded_for?.trim() ?? ''
  const trusted = sent_secret && client.data['is_token_endpoint_ip_header_trusted'] === true
  return trusted && isIP(named) !== 0 ? { ...call.caller, ip: named } : call.caller
}

async function logRefusal(
  deps: { db: Db; clock: Clock },
  { logs }: Grant,
  request: TokenRequest,
  refusal: Refusal,
): Promise<void> {
  await recordEvent(deps.db, request.tenant.tenant_id, deps.clock.now(), {
    ...requestEvent(logs, request, logs.failure),
    description: refusal.message,
    details: { error: { code: refusal.code, message: refusal.message } },
  })
}

// Only known clients get a log event. Written before the answer, its time would tell them from unknown ones.
const after_the_answer_ms = 50

async function logRefusedClient(
  deps: TokenEndpointDeps,
  call: TokenCall,
  grant: Grant | undefined,
  error: unknown,
): Promise<void> {
  if (!(error instanceof Refusal) || !grant) return
  await setTimeout(after_the_answer_ms)
  const client = await deps.clients.client(call.tenant.tenant_id, call.presented.client_id)
  if (!client) return
  await recordEvent(deps.db, call.tenant.tenant_id, deps.clock.now(), {
    type: grant.logs.failure,
    description: error.message,
    client_id: client.client_id,
    client_name: client.name,
    details: { error: { code: error.code, message: 'The client did not authenticate.' } },
    caller: call.caller,
  })
}
