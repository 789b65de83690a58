import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerBySession, type AnswerBySessionDeps } from './answer-by-session.ts'
import type { OpenedPage } from './open-page.ts'
import { page_paths, withState } from './page-paths.ts'

/** The browser's request and the reply to it. */
export type Exchange = { request: FastifyRequest; reply: FastifyReply }

/** Redirects to a page of the sign-in. */
export async function redirectToPage({ reply }: Exchange, path: string): Promise<FastifyReply> {
  return await reply.header('cache-control', 'no-store').redirect(path, 303)
}

/**
 * Continues a request whose user is signed in: answers the client, or asks for a consent. False, without an answer, where the user must log in.
 * It does not return the reply: a reply is a thenable, which `await` turns into undefined.
 */
export async function continuePage(
  deps: AnswerBySessionDeps,
  exchange: Exchange,
  { state, authorization, step }: Pick<OpenedPage, 'state' | 'authorization' | 'step'>,
): Promise<boolean> {
  if (step.kind === 'answer') await answerBySession(deps, exchange, authorization, step.signed_in)
  else if (step.interaction.page === 'login') return false
  else await redirectToPage(exchange, withState(page_paths[step.interaction.page], state))
  return true
}

/** Continues a request whose form is sent again after it has logged the user in. False, without an answer, for any other form. */
export async function continueRepeated(
  deps: AnswerBySessionDeps,
  exchange: Exchange,
  page: OpenedPage,
): Promise<boolean> {
  const is_repeated = page.step.signed_in?.session.request_id === page.sealed.request_id
  return is_repeated && (await continuePage(deps, exchange, page))
}
