/**
 * The authorization endpoint: checks a request, asks the user where that is needed, and answers. One file per check and per reason to
 * ask; the tables here and in `interactions.ts` are their order.
 */
import { issuerOf, type Site, type Tenant } from '../../tenants/tenant.ts'
import type { AnswerTarget, AuthorizationRequest, Parameters } from './authorization-request.ts'
import { admin_response_modes, response_modes } from './authorization-request.ts'
import { checkAudience } from './checks/audience.ts'
import type { Check, CheckDeps, UncheckedRequest } from './checks/check.ts'
import { checkCodeChallenge } from './checks/code-challenge.ts'
import { checkConnection } from './checks/connection.ts'
import { checkIdTokenHint } from './checks/id-token-hint.ts'
import { checkMaxAge } from './checks/max-age.ts'
import { checkNonce } from './checks/nonce.ts'
import { checkOrganization } from './checks/organization.ts'
import { checkParameterSize } from './checks/parameter-size.ts'
import { checkPrompt } from './checks/prompt.ts'
import { checkRequestObject } from './checks/request-object.ts'
import { checkResponseMode } from './checks/response-mode.ts'
import { checkResponseType } from './checks/response-type.ts'
import { checkScope } from './checks/scope.ts'
import { findClient, findRedirectUri } from './find-target.ts'

/** The checks whose errors go to the redirect URI. The first error is the answer. */
const checks: readonly Check[] = [
  checkParameterSize,
  checkRequestObject,
  checkOrganization,
  checkResponseType,
  checkResponseMode,
  checkPrompt,
  checkMaxAge,
  checkAudience,
  checkScope,
  checkNonce,
  checkCodeChallenge,
  checkConnection,
  checkIdTokenHint,
]

// An error may come before the response mode is checked: it is sent in the requested mode, or in the default of the response type.
function targetOf(
  tenant: Tenant,
  { client, issuer, redirect_uri }: Pick<AnswerTarget, 'client' | 'issuer' | 'redirect_uri'>,
  parameters: Parameters,
): AnswerTarget {
  const { response_type = '', response_mode, state, prompt } = parameters
  const by_default = !tenant.is_system && /\b(token|id_token)\b/.test(response_type) ? 'fragment' : 'query'
  const modes = tenant.is_system ? admin_response_modes : response_modes
  const requested = modes.find((mode) => mode === response_mode)
  const is_allowed =
    requested !== undefined &&
    !(requested === 'query' && by_default === 'fragment') &&
    !(requested === 'web_message' && !/^https?:/.test(redirect_uri))
  return {
    client,
    issuer,
    redirect_uri,
    response_mode: is_allowed ? requested : by_default,
    state,
    is_silent: prompt === 'none',
  }
}

/**
 * Checks an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.2): first the client and the redirect URI,
 * then the rest. Nothing is stored, so a request is checked again at each step of a login.
 *
 * @throws {Refusal} `unknown_client` and `callback_mismatch`, for a page
 * @throws {AuthorizationError} of the other checks, for the client
 */
export async function checkRequest(
  deps: CheckDeps & { site: Site },
  tenant: Tenant,
  parameters: Parameters,
): Promise<AuthorizationRequest> {
  const client = await findClient(deps.clients, tenant, parameters)
  const redirect_uri = findRedirectUri(client, parameters)
  const request: UncheckedRequest = {
    tenant,
    client,
    parameters,
    target: targetOf(tenant, { client, issuer: issuerOf(tenant, deps.site.scheme), redirect_uri }, parameters),
    response_type: { code: false, token: false, id_token: false },
    resource_server: undefined,
    scope: [],
    nonce: undefined,
    code_challenge: undefined,
    prompts: new Set(),
    max_age_s: undefined,
    hinted_user_id: undefined,
    accepted_connections: [],
  }
  for (const check of checks) await check(deps, request)
  const { connections } = request
  if (!connections) throw new Error('The connections of an authorization request were not checked')
  return { ...request, connections }
}
