import type { Continuation } from './continuation.ts'

/**
 * Whether the user must log in: there is no session, or the request does not accept it. A session that the page of this very request has
 * created is accepted whatever its age: a small `max_age` ends in one login.
 */
export function needsLogin(
  { clock }: { clock: { now(): number } },
  { request, request_id, session }: Continuation,
): boolean {
  if (!session) return true
  const { accepted_connections } = request
  if (accepted_connections.every(({ connection_id }) => connection_id !== session.connection_id)) return true
  if (request.hinted_user_id !== undefined && request.hinted_user_id !== session.user_id) return true
  if (request_id !== undefined && session.request_id === request_id) return false
  const { prompts, max_age_s } = request
  if (prompts.has('login') || prompts.has('select_account') || prompts.has('create')) return true
  return max_age_s !== undefined && clock.now() - session.authenticated_at >= max_age_s * 1000
}
