import { consentedScope } from '../../../sessions/consents.ts'
import type { Session } from '../../../sessions/session.ts'
import type { Db } from '../../../store/tables.ts'
import type { AuthorizationRequest } from '../authorization-request.ts'
import type { Continuation } from './continuation.ts'

/** The consent that a request needs. */
export function consentKey({ tenant, client, resource_server }: AuthorizationRequest, user_id: string) {
  const { tenant_id } = tenant
  return { tenant_id, user_id, client_id: client.client_id, audience: resource_server?.identifier ?? '' }
}

/** Whether another program can claim the redirect URI, so that it does not prove which client asks (RFC 8252 section 8.6). */
const isUnverifiable = (redirect_uri: string): boolean => !redirect_uri.startsWith('https://')

/**
 * Whether the user must agree: the client is of a third party, and the user has not granted it all the scopes before. A redirect URI that
 * is not https does not prove the client, so an earlier consent does not count for it.
 */
export async function needsConsent({ db }: { db: Db }, { request, session }: Continuation): Promise<boolean> {
  return session !== undefined && (await needsConsentOf({ db }, request, session))
}

/** Whether this user must agree. */
export async function needsConsentOf(
  { db }: { db: Db },
  request: AuthorizationRequest,
  { user_id }: Pick<Session, 'user_id'>,
): Promise<boolean> {
  if (request.client.data['is_first_party'] !== false) return false
  if (request.prompts.has('consent') || isUnverifiable(request.target.redirect_uri)) return true
  const granted = await consentedScope(db, consentKey(request, user_id))
  // A request for no scope at all also gives the client a token of the user.
  return granted === undefined || request.scope.some((value) => !granted.includes(value))
}
