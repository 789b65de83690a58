import type { FastifyReply, FastifyRequest } from 'fastify'
import { continueSession, type ContinueSessionDeps } from '../../login/continue-session.ts'
import type { Resume } from '../../login/post-login.ts'
import { defined } from '../../base/defined.ts'
import { callerOf } from '../../http/caller-of.ts'
import type { LoginGrant } from '../../rules/post-login.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { browserGrant, sessionMembers } from '../login-grant.ts'
import { prepareAnswer } from '../authorize/prepare-answer.ts'
import { sendAnswer } from '../authorize/send-answer.ts'
import type { SignTokensDeps } from '../sign-tokens.ts'
import type { SignedIn } from './next-step.ts'
import { redirectToStep, type RedirectToStepDeps } from './redirect-to-step.ts'

/** Dependencies of `answerBySession`. */
export type AnswerBySessionDeps = ContinueSessionDeps & SignTokensDeps & RedirectToStepDeps

/**
 * Answers an authorization request for a signed-in user (single sign-on), or redirects the browser as a post-login step demands.
 *
 * @param resumed the user comes back from such a redirect: the step that demanded it, and what the browser brings back
 * @throws {AuthorizationError} `access_denied` and `server_error` of a post-login step, `temporarily_unavailable` where the server could not run
 *   one now, `interaction_required` where one redirects and
 *   the client asked for no page,
 *   `login_required` where the session ended meanwhile
 */
export async function answerBySession(
  deps: AnswerBySessionDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  authorization: AuthorizationRequest,
  { session, user, connection }: SignedIn,
  resumed?: { resume: Resume; grant: LoginGrant },
): Promise<FastifyReply> {
  const { tenant, client, target } = authorization
  const login = {
    tenant,
    client,
    connection,
    user,
    caller: callerOf(request),
    session,
    lifetime: sessionLifetime(tenant.settings),
    grant: { ...(resumed?.grant ?? browserGrant(authorization)), ...sessionMembers(session) },
    ...defined({ resume: resumed?.resume }),
    type: target.is_silent ? 'ssa' : 's',
  } as const
  const result = await continueSession(deps, login, async ({ at, changes }) => {
    const answer = await prepareAnswer(deps, authorization, { user, session, at, changes })
    return { answer: answer.parameters, events: [], write: answer.write }
  })
  switch (result.kind) {
    case 'completed':
      return await sendAnswer(reply, target, result.answer)
    case 'denied':
      throw new AuthorizationError(target, 'access_denied', result.message, { is_logged: true })
    case 'redirect': {
      const { kind: _, url, ...resume } = result
      if (target.is_silent) {
        throw new AuthorizationError(target, 'interaction_required', 'A rule redirects the user, which needs a page.')
      }
      const { session_id, request_id } = session
      const continued = { kind: 'session', request_id, session_id, ...resume } as const
      return await redirectToStep(deps, { request, reply }, authorization, { url, continued })
    }
    case 'failed':
      throw new AuthorizationError(target, 'server_error', 'We could not complete your login.', { is_logged: true })
    case 'not_run': {
      const description = 'The server has more work than it can do right now. Try again in a moment.'
      throw new AuthorizationError(target, 'temporarily_unavailable', description, { is_logged: true })
    }
    case 'ended':
      throw new AuthorizationError(target, 'login_required', 'Login required')
  }
}
