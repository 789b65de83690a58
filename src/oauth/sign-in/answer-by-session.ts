import type { FastifyReply, FastifyRequest } from 'fastify'
import { continueSession, type ContinueSessionDeps } from '../../login/continue-session.ts'
import { callerOf } from '../../http/caller-of.ts'
import { sessionLifetime } from '../../sessions/session-lifetime.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { prepareAnswer } from '../authorize/prepare-answer.ts'
import { sendAnswer } from '../authorize/send-answer.ts'
import type { SignTokensDeps } from '../sign-tokens.ts'
import type { SignedIn } from './next-step.ts'

/** Dependencies of `answerBySession`. */
export type AnswerBySessionDeps = ContinueSessionDeps & SignTokensDeps

/**
 * Answers an authorization request for a signed-in user (single sign-on).
 *
 * @throws {AuthorizationError} `access_denied` and `server_error` of a post-login step, `interaction_required` where one redirects,
 *   `login_required` where the session ended meanwhile
 */
export async function answerBySession(
  deps: AnswerBySessionDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  authorization: AuthorizationRequest,
  { session, user, connection }: SignedIn,
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
    type: target.is_silent ? 'ssa' : 's',
  } as const
  const result = await continueSession(deps, login, async (at) => {
    const answer = await prepareAnswer(deps, authorization, { user, session, at })
    return { answer: answer.parameters, events: [], write: answer.write }
  })
  switch (result.kind) {
    case 'completed':
      return await sendAnswer(reply, target, result.answer)
    case 'denied':
      throw new AuthorizationError(target, 'access_denied', result.message)
    case 'redirect':
      throw new AuthorizationError(
        target,
        'interaction_required',
        'A post-login step redirects, which is not supported.',
      )
    case 'failed':
      throw new AuthorizationError(target, 'server_error', 'We could not complete your login.')
    case 'ended':
      throw new AuthorizationError(target, 'login_required', 'Login required')
  }
}
