import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import { requirePlan } from '../tenants/tenant.ts'
import { findCredential } from '../users/find-credential.ts'
import { authenticateAndMove, authenticateInLegacyMode, type AuthenticateLegacyDeps } from './authenticate-legacy.ts'
import { sharedAuthentication, type Authentication } from './authentication.ts'
import type { LoginAttempt } from './identify.ts'
import type { SingleFlight } from './single-flight.ts'
import { verifyCredential } from './verify-credential.ts'

/** What authentication needs. */
export type AuthenticateDeps = AuthenticateLegacyDeps & {
  db: Db
  passwords: Passwords
  /** Script calls in flight, one per identifier of a connection. */
  pending_lookups: SingleFlight
}

/**
 * Verifies an attempt. The local store decides alone for users that it has; the legacy store decides for identifiers unknown here in
 * import mode, and for all in legacy mode. Known and unknown identifiers cost one hash each.
 */
export async function authenticate(deps: AuthenticateDeps, attempt: LoginAttempt): Promise<Authentication> {
  const { tenant, connection, identifier, password } = attempt
  const { tenant_id, connection_id } = connection
  if (connection.mode === 'legacy') {
    requirePlan(tenant, 'legacy_mode')
    return await authenticateInLegacyMode(deps, attempt)
  }
  const find = () => findCredential(deps.db, tenant_id, connection_id, identifier)
  const found = await find()
  if (found) return await verifyCredential(deps.passwords, found, password)
  if (connection.mode === 'local') {
    await deps.passwords.verifyDummy(password)
    return { kind: 'refused', outcome: 'unknown_user', detail: {} }
  }
  requirePlan(tenant, 'import_mode')
  const key = JSON.stringify([tenant_id, connection_id, connection.version, identifier])
  const lookUp = async (): Promise<Authentication> => {
    // A caller that waited for another call may find that the user has moved.
    const moved = await find()
    return moved ? await verifyCredential(deps.passwords, moved, password) : await authenticateAndMove(deps, attempt)
  }
  const { result, shared } = await deps.pending_lookups.run(key, password, lookUp, attempt.protection.counted_ip)
  return shared ? sharedAuthentication(result) : result
}
