/**
 * Pages: the pages that people meet, made on the server, without script. They fill templates and decide
 * nothing: what a link may do is known by the rooms below.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { knownRefusal } from '../http/known-refusal.ts'
import type { LoginParts } from '../login/login-parts.ts'
import { mountAdminSetupPage, type AdminSetupParts } from './admin-setup-page.ts'
import { mountAssets } from './assets.ts'
import { mountHomePage } from './home-page.ts'
import { sendProblemPage } from './problem-page.ts'
import { mountResetPage } from './reset-page.ts'
import { mountVerificationPage } from './verification-page.ts'

/** What the pages work with. */
export type PagesParts = LoginParts & AdminSetupParts

/** Where there is nothing, a browser gets a page and a program gets JSON. */
async function answerProblem(
  parts: PagesParts,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): Promise<FastifyReply> {
  const error = knownRefusal(thrown) ?? thrown
  const forProgram = request.is404 && request.headers.accept?.includes('text/html') !== true
  if (!forProgram || !(error instanceof Refusal)) return await sendProblemPage(parts.log, request, reply, error)
  const { status, error: code } = error.problem
  return await reply.code(status).header('vary', 'accept').send({ error: code, error_description: error.message })
}

/** Mounts every page below `app`, a scope of its own. That scope's errors, and all addresses unknown, get pages. */
export async function mountPages(app: FastifyInstance, parts: PagesParts): Promise<void> {
  app.setErrorHandler((error, request, reply) => answerProblem(parts, request, reply, error))
  app.setNotFoundHandler((request, reply) => answerProblem(parts, request, reply, new Refusal('not_found')))
  mountAssets(app)
  mountHomePage(app, parts)
  mountResetPage(app, parts)
  mountVerificationPage(app, parts)
  mountAdminSetupPage(app, parts)
}
