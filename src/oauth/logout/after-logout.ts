import type { FastifyReply } from 'fastify'
import { renderLoggedOutPage } from '../../pages/logout-pages.ts'
import { lookFor } from '../../pages/look.ts'
import { sendPage } from '../../pages/render-page.ts'
import { wantsConformantAnswers } from '../conformant-answers.ts'
import type { Exchange } from '../sign-in/continue-page.ts'
import type { LogoutRequest } from './check-logout.ts'

/** Redirects to the URL to return to with the `state` of the request, or shows that the user is logged out. */
export async function afterLogout(
  { request, reply }: Exchange,
  { tenant, client, hint, return_url, parameters }: LogoutRequest,
): Promise<FastifyReply> {
  // Without a hint, the standard lets no request choose where the browser goes.
  const may_return = hint !== undefined || !wantsConformantAnswers(tenant, client)
  if (return_url === undefined || !may_return) {
    return await sendPage(reply, renderLoggedOutPage(lookFor(request, tenant, parameters['ui_locales']), {}))
  }
  const { state } = parameters
  const query = state === undefined ? '' : `${return_url.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`
  const status = request.method === 'POST' ? 303 : 302
  return await reply.header('cache-control', 'no-store').redirect(`${return_url}${query}`, status)
}
