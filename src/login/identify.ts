import { identifierProblem, identifier_max } from '../base/canonical-identifier.ts'
import type { NonEmpty } from '../base/non-empty.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'
import type { LoginGrant } from '../rules/post-login.ts'
import { loginLimits } from '../tenants/attack-protection.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { protectedAttempt, type ProtectedAttempt } from './brute-force-protection.ts'

/** A request to log in, without the password. */
export type ResumeRequest = {
  tenant: Tenant
  connection: Connection
  client: Client
  /** As typed; surrounding white space is ignored. */
  identifier: string
  caller: Caller
  grant: LoginGrant
  /** Whether the caller is a browser that can follow a redirect and come back. */
  can_redirect: boolean
  /** Whether the caller shows the reference code of a failure to the user. */
  shows_reference?: boolean
  /**
   * Whether the login gives a login ticket: the post-login steps run when the ticket is exchanged, with the session. The log event of the
   * success is `scoa`.
   */
  gives_ticket?: boolean
}

/** A request to log in with a password, as typed. `next_connections`: where the user is looked up after `connection`. */
export type LoginRequest = ResumeRequest & { password: string; next_connections?: readonly Connection[] }

/** A request with a valid identifier: `typed` is the trimmed identifier as typed, `identifier` its canonical form. */
export type IdentifiedRequest = ResumeRequest & { typed: string; protection: ProtectedAttempt }

/** A login request with valid input. */
export type LoginAttempt = IdentifiedRequest & { password: string }

/**
 * Checks an identifier as typed, trimmed.
 *
 * @throws {Refusal} `identifier_too_long`, or `invalid_request` with control characters or characters that are not displayed
 */
export function checkIdentifier(typed: string): void {
  if (typed.length > identifier_max) throw new Refusal('identifier_too_long')
  const problem = identifierProblem(typed)
  if (problem !== undefined) {
    throw new Refusal('invalid_request', { message: `The e-mail address or username ${problem}.` })
  }
}

/**
 * Checks the identifier of a request.
 *
 * @throws {Refusal} `identifier_too_long`, `invalid_request`
 */
export function identify(request: ResumeRequest): IdentifiedRequest {
  const { tenant, connection, caller } = request
  const typed = request.identifier.trim()
  if (typed === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: username' })
  checkIdentifier(typed)
  const identifier = canonicalIn(connection, typed)
  const protection = protectedAttempt({
    tenant_id: tenant.tenant_id,
    connection_id: connection.connection_id,
    connection: connection.name,
    identifier,
    ip: caller.ip,
    enabled: connection.options.brute_force_protection !== false,
    limits: loginLimits(tenant, caller.ip),
  })
  return { ...request, identifier, typed, protection }
}

/**
 * Checks the input of a login request, and returns an attempt for each connection.
 *
 * @throws {Refusal} `identifier_too_long`, `password_too_long`, `invalid_request`
 */
export function checkAttempts({ password, next_connections = [], ...request }: LoginRequest): NonEmpty<LoginAttempt> {
  const first = { ...identify(request), password }
  if (password === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: password' })
  checkPasswordLength(password)
  return [first, ...next_connections.map((connection) => ({ ...identify({ ...request, connection }), password }))]
}
