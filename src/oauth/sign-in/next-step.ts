import type { ConnectionCache } from '../../connections/connection-cache.ts'
import type { Connection } from '../../connections/connection.ts'
import type { Session } from '../../sessions/session.ts'
import type { Db } from '../../store/tables.ts'
import type { Clock } from '../../base/clock.ts'
import { isBlocked, userById, type User } from '../../users/user.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { nextInteraction, type Interaction } from '../authorize/interactions.ts'

/** Dependencies of `nextStep`. */
export type NextStepDeps = { db: Db; clock: Clock; connections: Pick<ConnectionCache, 'forClient'> }

/** A session with its user, who is not blocked, and its connection, which is enabled for the client. */
export type SignedIn = { session: Session; user: User; connection: Connection }

/** The next step of an authorization request: to ask the user, or to answer for a signed-in user. */
export type NextStep =
  | { kind: 'ask'; interaction: Interaction; signed_in: SignedIn | undefined }
  | { kind: 'answer'; signed_in: SignedIn }

/** The user who is signed in with a session, as far as the client accepts it. */
async function signedInUser(
  deps: NextStepDeps,
  session: Session | undefined,
  { tenant, client, accepted_connections }: AuthorizationRequest,
): Promise<SignedIn | undefined> {
  const accepted = accepted_connections.find(({ connection_id }) => connection_id === session?.connection_id)
  if (!session || !accepted) return undefined
  const [user, found] = await Promise.all([
    userById(deps.db, tenant.tenant_id, session.user_id),
    deps.connections.forClient(tenant.tenant_id, accepted.name, client.client_id),
  ])
  if (!user || isBlocked(user) || found?.is_enabled !== true) return undefined
  return { session, user, connection: found.connection }
}

/**
 * The next step of an authorization request in a browser.
 *
 * @param session of the browser
 * @param request_id of the page that the browser comes from; undefined at the authorization endpoint itself
 */
export async function nextStep(
  deps: NextStepDeps,
  session: Session | undefined,
  authorization: AuthorizationRequest,
  request_id: string | undefined,
): Promise<NextStep> {
  const signed_in = await signedInUser(deps, session, authorization)
  const continuation = { request: authorization, request_id, session: signed_in?.session }
  const interaction = await nextInteraction(deps, continuation)
  if (interaction) return { kind: 'ask', interaction, signed_in }
  if (!signed_in) throw new Error('An authorization request would be answered without a user')
  return { kind: 'answer', signed_in }
}
