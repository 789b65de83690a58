/**
 * Pages: the pages that end users and admins see, rendered on the server and complete without script. This folder renders them in the
 * language and the look of a tenant (`render…Page(look, model)`), and answers mailed links: it reads forms, checks their origin, and chooses
 * the page, the redirect or the notice of an answer. The domain modules decide what a link permits.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { addFormParser } from '../http/input-limits.ts'
import { refusalOf } from '../http/refusal-of.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { mountAdminHomePage } from './admin-home-page.ts'
import { mountAdminSetupPage, type AdminSetupPageDeps } from './admin-setup-page.ts'
import { mountAdminSetupRedirect, type AdminSetupRedirectDeps } from './admin-setup-redirect.ts'
import { mountApiReference } from './api-reference/mount-api-reference.ts'
import { mountAssets } from './assets.ts'
import { asksForDashboard, mountDashboard } from './dashboard.ts'
import { mountHomePage } from './home-page.ts'
import { sendProblemPage } from './problem-page.ts'
import { mountPreview } from './preview.ts'
import { mountResetCodePage } from './reset-code-page.ts'
import { mountResetPage, type ResetPageDeps } from './reset-page.ts'
import { mountVerificationPage } from './verification-page.ts'

/** The dependencies of all pages of tenants. */
export type PagesDeps = ResetPageDeps & AdminSetupRedirectDeps & { log: ProcessLog }

/** The dependencies of all pages of the admin origin. */
export type AdminPagesDeps = AdminSetupPageDeps & { log: ProcessLog }

/** Answers a refusal with a page. A program's request for an unknown path is answered with JSON. */
async function answerProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> {
  const for_program = request.is404 && request.headers.accept?.includes('text/html') !== true
  if (!for_program) return await sendProblemPage(request, reply, refusal)
  const { status, error } = refusal.problem
  return await reply.code(status).header('vary', 'accept').send({ error, error_description: refusal.message })
}

/** How an unknown path is answered. */
type AnswerUnknown = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

const answerUnknown: AnswerUnknown = (request, reply) => answerProblem(request, reply, new Refusal('not_found'))

/** Answers errors of `app`, and unknown paths, with pages, and reads forms. */
function answerWithPages(app: FastifyInstance, log: ProcessLog, answer: AnswerUnknown = answerUnknown): void {
  addFormParser(app)
  app.setErrorHandler((error, request, reply) => answerProblem(request, reply, refusalOf(error, log, request)))
  app.setNotFoundHandler(answer)
  mountAssets(app)
}

/** Mounts every page of a tenant below `app`, a scope of its own. Errors of that scope, and all unknown paths, are answered with pages. */
export async function mountPages(app: FastifyInstance, deps: PagesDeps): Promise<void> {
  answerWithPages(app, deps.log)
  mountHomePage(app, deps)
  mountApiReference(app, deps)
  mountResetPage(app, deps)
  mountResetCodePage(app, deps)
  mountVerificationPage(app, deps)
  mountAdminSetupRedirect(app, deps)
}

/**
 * Mounts the pages of the admin origin below `app`, a scope of its own: none of them belongs to a tenant. The addresses of the dashboard
 * are answered with the page that opens it; where it was not built, `/` says how to build it.
 */
export async function mountAdminPages(app: FastifyInstance, deps: AdminPagesDeps): Promise<void> {
  const sendDashboard = mountDashboard(app)
  answerWithPages(app, deps.log, async (request, reply) =>
    sendDashboard && asksForDashboard(request) ? await sendDashboard(reply) : await answerUnknown(request, reply),
  )
  if (sendDashboard) app.get('/', async (_request, reply) => await sendDashboard(reply))
  else mountAdminHomePage(app, deps)
  mountAdminSetupPage(app, deps)
  mountPreview(app, deps)
}
