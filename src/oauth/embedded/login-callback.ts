import type { FastifyReply } from 'fastify'
import { isJsonObject } from '../../base/json.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { continuePage, continueRepeated, redirectToPage, type Exchange } from '../sign-in/continue-page.ts'
import { nextStep } from '../sign-in/next-step.ts'
import { openPage } from '../sign-in/open-page.ts'
import { page_paths, withState } from '../sign-in/page-paths.ts'
import type { ClassicPageDeps } from './classic-page.ts'
import { useLoginTicket } from './use-login-ticket.ts'

/** The sealed request in a text that `/usernamepassword/login` put into the form; empty for any other text. */
function stateOf(context: string): string {
  try {
    const parsed: unknown = JSON.parse(context)
    return isJsonObject(parsed) ? fieldOf(parsed, 'state') : ''
  } catch {
    return ''
  }
}

/**
 * Answers POST /login/callback: exchanges the ticket in the form (`wresult`) for a session, and continues the request that the form carries
 * sealed (`wctx`). Only that request says where the browser goes; a form that is sent again continues it too.
 */
export async function answerLoginCallback(deps: ClassicPageDeps, exchange: Exchange): Promise<FastifyReply> {
  const posted = ownForm(exchange.request, deps.site.scheme)
  const page = await openPage(deps, exchange.request, stateOf(fieldOf(posted, 'wctx')))
  if (await continueRepeated(deps, exchange, page)) return exchange.reply
  const { authorization, sealed, state } = page
  const { tenant, client } = authorization
  const session = await useLoginTicket(deps, exchange, tenant, {
    ticket: fieldOf(posted, 'wresult'),
    binding: { client_id: client.client_id, browser_digest: sealed.browser_digest },
  })
  const step = session && (await nextStep(deps, session, authorization, sealed.request_id))
  if (step && (await continuePage(deps, exchange, { ...page, step }))) return exchange.reply
  return await redirectToPage(exchange, withState(page_paths.login, state))
}
