import { canonicalIdentifier } from '../base/canonical.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Caller } from '../logs/record-event.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { protectedAttempt, type ProtectedAttempt } from './brute-force-protection.ts'

/** A request to log in. */
export type LoginRequest = {
  tenant: Tenant
  connection: Connection
  client: Client
  /** As typed; surrounding white space is ignored. */
  identifier: string
  /** As typed. */
  password: string
  caller: Caller
  /** Whether the caller is a browser that can follow a redirect and come back. */
  can_redirect: boolean
}

/** A login request with valid input. `typed` is the trimmed identifier as typed; `identifier` is its canonical form. */
export type LoginAttempt = LoginRequest & { typed: string; protection: ProtectedAttempt }

/** The longest identifier in characters, which is that of an e-mail address (RFC 5321 section 4.5.3.1.3). */
export const identifier_max = 254

/**
 * Checks the input of a login request.
 *
 * @throws {Refusal} `identifier_too_long`, `password_too_long`, `invalid_request`
 */
export function identify(request: LoginRequest): LoginAttempt {
  const { tenant, connection, caller, password } = request
  const typed = request.identifier.trim()
  if (typed.length > identifier_max) throw new Refusal('identifier_too_long')
  if (typed === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: username' })
  if (password === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: password' })
  if (/\p{Cc}/u.test(typed)) {
    throw new Refusal('invalid_request', { message: 'The e-mail address or username holds control characters.' })
  }
  checkPasswordLength(password)
  const identifier = canonicalIdentifier(typed)
  const protection = protectedAttempt({
    tenant_id: tenant.tenant_id,
    connection_id: connection.connection_id,
    connection: connection.name,
    identifier,
    ip: caller.ip,
  })
  return { ...request, identifier, typed, protection }
}
