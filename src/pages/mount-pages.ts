/**
 * Pages: the pages that people meet, made on the server, without script. They fill templates and decide
 * nothing: what a link may do is known by the rooms below.
 */
import type { FastifyInstance } from 'fastify'
import type { LoginParts } from '../login/login-parts.ts'
import { mountAdminSetupPage, type AdminSetupParts } from './admin-setup-page.ts'
import { mountAssets } from './assets.ts'
import { mountHomePage } from './home-page.ts'
import { sendProblemPage } from './problem-page.ts'
import { mountResetPage } from './reset-page.ts'
import { mountVerificationPage } from './verification-page.ts'

/** What the pages work with. */
export type PagesParts = LoginParts & AdminSetupParts

/** Mounts every page below `app`, a scope of its own, and answers that scope's errors with pages. */
export async function mountPages(app: FastifyInstance, parts: PagesParts): Promise<void> {
  app.setErrorHandler(async (error, request, reply) => await sendProblemPage(parts.log, request, reply, error))
  mountAssets(app)
  mountHomePage(app, parts)
  mountResetPage(app, parts)
  mountVerificationPage(app, parts)
  mountAdminSetupPage(app, parts)
}
