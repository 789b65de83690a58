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

/** Continues a request whose user is signed in: answers the client, or asks for a consent. Undefined where the user must log in. */
export async function continuePage(
  deps: AnswerBySessionDeps,
  exchange: Exchange,
  { state, authorization, step }: Pick<OpenedPage, 'state' | 'authorization' | 'step'>,
): Promise<FastifyReply | undefined> {
  if (step.kind === 'answer') return await answerBySession(deps, exchange, authorization, step.signed_in)
  if (step.interaction.page === 'login') return undefined
  return await redirectToPage(exchange, withState(page_paths[step.interaction.page], state))
}

/** Continues a request whose form is sent again after it has logged the user in. Undefined for any other form. */
export async function continueRepeated(
  deps: AnswerBySessionDeps,
  exchange: Exchange,
  page: OpenedPage,
): Promise<FastifyReply | undefined> {
  const is_repeated = page.step.signed_in?.session.request_id === page.sealed.request_id
  return is_repeated ? await continuePage(deps, exchange, page) : undefined
}
