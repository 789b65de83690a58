import { activeKinds, isOfActiveKind, namesOfKinds } from '../connections/identifier-rules.ts'
import { outcomes } from '../contract/outcomes.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import { keepSpelling } from '../migration/identifier-spellings.ts'
import { requirePlan } from '../tenants/tenant.ts'
import type { FoundCredential } from '../users/find-credential.ts'
import { authenticateAndMove, authenticateInLegacyMode, type AuthenticateLegacyDeps } from './authenticate-legacy.ts'
import { sharedAuthentication, type Authentication } from './authentication.ts'
import { findIdentifiedUser } from './find-identified-user.ts'
import type { LoginAttempt } from './identify.ts'
import type { SingleFlight } from './single-flight.ts'
import { mayBeAnotherUser } from './may-be-another-user.ts'
import { verifyCredential, verifyUnknown } from './verify-credential.ts'

/** Dependencies of `authenticate`. */
export type AuthenticateDeps = AuthenticateLegacyDeps & {
  db: Db
  passwords: Passwords
  /** The pending calls of scripts, one per identifier of a connection. */
  pending_script_calls: SingleFlight
}

/** Whether the result of the legacy store decides the login. A wrong password, an unknown user and an outage do not. */
function isConclusive(in_legacy_store: Authentication): boolean {
  if (in_legacy_store.kind === 'accepted') return true
  const { counts_as_failed_attempt, script_failure } = outcomes[in_legacy_store.outcome]
  return !counts_as_failed_attempt && script_failure === null && in_legacy_store.outcome !== 'tombstoned'
}

/** Refuses an identifier of a kind that the connection's users do not log in with. No script runs. */
async function refuseKind(
  { passwords }: Pick<AuthenticateDeps, 'passwords'>,
  { connection, password }: LoginAttempt,
): Promise<Authentication> {
  await verifyUnknown(passwords, connection, password)
  const message = `Users of this connection log in with ${namesOfKinds(activeKinds(connection.options))}.`
  return { kind: 'refused', outcome: 'unknown_user', message, detail: {} }
}

/**
 * Verifies an attempt. Users in this store are verified against this store only. The legacy store verifies identifiers unknown here in
 * import mode, and all identifiers in legacy mode. Known and unknown identifiers cost one hash each. An identifier that may
 * also be that of a legacy user who has not moved is verified against this store first and, after a wrong password, against the legacy
 * store: see `mayBeAnotherUser`.
 */
export async function authenticate(deps: AuthenticateDeps, attempt: LoginAttempt): Promise<Authentication> {
  const { tenant, connection, identifier, password } = attempt
  const { tenant_id, connection_id } = connection
  if (!isOfActiveKind(connection.options, identifier)) return await refuseKind(deps, attempt)
  if (connection.mode === 'legacy') {
    requirePlan(tenant, 'legacy_mode')
    return await authenticateInLegacyMode(deps, attempt)
  }
  const find = () => findIdentifiedUser(deps.db, connection, identifier)
  const mayMove = (found: FoundCredential) => mayBeAnotherUser(deps.db, connection, attempt, found)
  const found = await find()
  const local = found && (await verifyCredential(deps, connection, found, password))
  if (local?.kind === 'accepted' || (local && !(await mayMove(found)))) return local
  if (connection.mode === 'local') {
    await verifyUnknown(deps.passwords, connection, password)
    return { kind: 'refused', outcome: 'unknown_user', detail: {} }
  }
  requirePlan(tenant, 'import_mode')
  const key = JSON.stringify([tenant_id, connection_id, connection.version, identifier])
  const lookUp = async (): Promise<Authentication> => {
    // The user may have moved while this call waited for another one.
    const moved = await find()
    return moved && !(await mayMove(moved))
      ? await verifyCredential(deps, connection, moved, password)
      : await authenticateAndMove(deps, attempt)
  }
  const { result, shared } = await deps.pending_script_calls.run(key, password, lookUp, attempt.protection.counted_ip)
  const in_legacy_store = shared ? sharedAuthentication(result) : result
  if (!local || isConclusive(in_legacy_store)) return in_legacy_store
  if (
    in_legacy_store.kind === 'refused' &&
    in_legacy_store.user_id === local.user_id &&
    in_legacy_store.detail['alias'] === true
  ) {
    await keepSpelling(deps.db, { tenant_id, user_id: found.user_id }, attempt.typed)
  }
  return local
}
