/**
 * Checks of an authorization request whose errors go to the client: one file per parameter. A check knows no session and no page.
 */
import type { ClientCache } from '../../../clients/client-cache.ts'
import type { ConnectionCache } from '../../../connections/connection-cache.ts'
import type { VerifyTokenDeps } from '../../../keys/verify-token.ts'
import { AuthorizationError, type AuthorizationErrorCode } from '../authorization-error.ts'
import type { AuthorizationRequest } from '../authorization-request.ts'

/** Dependencies of the checks. */
export type CheckDeps = VerifyTokenDeps & {
  clients: Pick<ClientCache, 'clientOfLogin' | 'resourceServer'>
  connections: Pick<ConnectionCache, 'forClient' | 'ofClient'>
}

/** A request that is being checked: each check sets the members that it is named after, and reads those of the checks before. */
export type UncheckedRequest = Omit<AuthorizationRequest, 'connections'> & {
  connections?: AuthorizationRequest['connections']
}

/** Checks one part of a request. @throws {AuthorizationError} */
export type Check = (deps: CheckDeps, request: UncheckedRequest) => void | Promise<void>

/** The error of a check. */
export function errorOf(
  { target }: Pick<UncheckedRequest, 'target'>,
  error: AuthorizationErrorCode,
  description: string,
): AuthorizationError {
  return new AuthorizationError(target, error, description)
}
