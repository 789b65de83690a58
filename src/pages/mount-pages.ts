/**
 * Pages: the pages that end users see, rendered on the server, without script. They fill templates and decide nothing: the domain
 * modules decide what a link permits.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { knownRefusal } from '../http/known-refusal.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { mountAdminSetupPage, type AdminSetupDeps } from './admin-setup-page.ts'
import { mountAssets } from './assets.ts'
import { mountHomePage } from './home-page.ts'
import { sendProblemPage } from './problem-page.ts'
import { mountResetPage, type ResetPageDeps } from './reset-page.ts'
import { mountVerificationPage } from './verification-page.ts'

/** The dependencies of all pages. */
export type PagesDeps = ResetPageDeps & AdminSetupDeps & { log: ProcessLog }

/** Answers an error with a page. A program's request for an unknown path is answered with JSON. */
async function answerProblem(
  log: ProcessLog,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): Promise<FastifyReply> {
  const error = knownRefusal(thrown) ?? thrown
  const forProgram = request.is404 && request.headers.accept?.includes('text/html') !== true
  if (!forProgram || !(error instanceof Refusal)) return await sendProblemPage(log, request, reply, error)
  const { status, error: code } = error.problem
  return await reply.code(status).header('vary', 'accept').send({ error: code, error_description: error.message })
}

/** Mounts every page in `app`, a Fastify scope of its own. Its errors, and all unknown paths, are answered with pages. */
export async function mountPages(app: FastifyInstance, deps: PagesDeps): Promise<void> {
  app.setErrorHandler((error, request, reply) => answerProblem(deps.log, request, reply, error))
  app.setNotFoundHandler((request, reply) => answerProblem(deps.log, request, reply, new Refusal('not_found')))
  mountAssets(app)
  mountHomePage(app, deps)
  mountResetPage(app, deps)
  mountVerificationPage(app, deps)
  mountAdminSetupPage(app, deps)
}
