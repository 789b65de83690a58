import type { FastifyRequest } from 'fastify'
import { escapeHtml } from '../../base/escape-html.ts'
import type { NonEmpty } from '../../base/non-empty.ts'
import type { Connection } from '../../connections/connection.ts'
import { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { SingleFlightFull } from '../../login/single-flight.ts'
import { storesOfIdentifier } from '../../login/stores-of-identifier.ts'
import { requireOwnPage } from '../../pages/form-fields.ts'
import { issuerOf } from '../../tenants/tenant.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { credential_max, optionalText, readFields, requiredText, type Fields } from '../request-fields.ts'
import { openPage } from '../sign-in/open-page.ts'
import { page_paths } from '../sign-in/page-paths.ts'
import type { SignInDeps } from '../sign-in/sign-in.ts'
import { logInForTicket } from './log-in-for-ticket.ts'

/**
 * The connection that the page chose among those that the request accepts; without a choice, those of the request in which the user of the
 * identifier is looked up.
 */
async function connectionsOf(
  deps: SignInDeps,
  { tenant, client, connections, accepted_connections }: AuthorizationRequest,
  fields: Fields,
  identifier: string,
): Promise<NonEmpty<Connection>> {
  const name = optionalText(fields, 'connection', 128)
  if (name === undefined) return storesOfIdentifier(connections, identifier.trim())
  const is_accepted = accepted_connections.some((accepted) => accepted.name === name)
  const found = is_accepted ? await deps.connections.forClient(tenant.tenant_id, name, client.client_id) : undefined
  if (!found?.is_enabled) throw new Refusal('unknown_realm', { message: `Unknown realm ${name}.` })
  return [found.connection]
}

/** The form that a page of `auth0-js` sends to `/login/callback`, with Auth0's names. */
function callbackForm(issuer: string, ticket: string, context: object): string {
  const fields = { wa: 'wsignin1.0', wresult: ticket, wctx: JSON.stringify(context) }
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  )
  const action = escapeHtml(issuer.slice(0, -1) + page_paths.callback)
  return `<form method="post" name="hiddenform" action="${action}">${inputs.join('')}</form>`
}

/**
 * Answers POST /usernamepassword/login, which a tenant's own login page sends: verifies the password, and answers a form with a login ticket.
 * The request is the one that the page carries sealed (`state`); other parameters of the body are ignored. Two identical requests at once
 * are one login.
 *
 * @throws {RestartLogin} of `openPage`
 * @throws {AuthorizationError} of `openPage`
 * @throws {Refusal} `form_from_elsewhere` for a request of another origin; `unknown_realm`; of `openPage`; of a failed login
 */
export async function answerPageLogin(deps: SignInDeps, request: FastifyRequest): Promise<string> {
  requireOwnPage(request, deps.site.scheme)
  const fields = readFields(request.body)
  const { sealed, authorization, state } = await openPage(deps, request, requiredText(fields, 'state'))
  const { tenant, client, target } = authorization
  const { request_id, browser_digest } = sealed
  const identifier = requiredText(fields, 'username', credential_max)
  const password = requiredText(fields, 'password', credential_max)
  const connections = await connectionsOf(deps, authorization, fields, identifier)
  const typed = { tenant, client, connections, identifier, password }
  const login = { ...typed, request_id, browser_digest, caller: callerOf(request) }
  const secret = JSON.stringify([connections.map(({ connection_id }) => connection_id), identifier, password])
  try {
    const { result } = await deps.pending_forms.run(request_id, secret, () => logInForTicket(deps, login))
    const { ticket, connection } = result
    return callbackForm(issuerOf(tenant, deps.site.scheme), ticket, {
      strategy: connection.strategy,
      tenant: tenant.name,
      connection: connection.name,
      client_id: client.client_id,
      redirect_uri: target.redirect_uri,
      state,
    })
  } catch (error) {
    throw error instanceof SingleFlightFull ? new Refusal('overloaded') : error
  }
}
