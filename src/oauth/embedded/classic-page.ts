import type { FastifyReply } from 'fastify'
import type { ClientCache } from '../../clients/client-cache.ts'
import { fieldOf } from '../../pages/form-fields.ts'
import { issuerOf } from '../../tenants/tenant.ts'
import type { AnswerBySessionDeps } from '../sign-in/answer-by-session.ts'
import { continuePage, redirectToPage, type Exchange } from '../sign-in/continue-page.ts'
import { openPage, type OpenPageDeps } from '../sign-in/open-page.ts'
import { page_paths, withState } from '../sign-in/page-paths.ts'
import { classicConfig } from './classic-config.ts'

/** Dependencies of a tenant's own login page. */
export type ClassicPageDeps = OpenPageDeps & AnswerBySessionDeps & { clients: Pick<ClientCache, 'loginPage'> }

// The tenant's scripts, styles and pictures come from anywhere. No other site frames the page, and it sends no address with the state.
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "frame-ancestors 'none'; object-src 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'strict-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
}

/**
 * Answers GET /login: the tenant's own HTML, in which `@@config@@` is replaced by the base64 of a JSON object that describes the request; the
 * next step where the user is signed in already, and the page of this server where the tenant has none.
 */
export async function answerClassicPage(deps: ClassicPageDeps, exchange: Exchange): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  if (await continuePage(deps, exchange, page)) return exchange.reply
  const { tenant, client } = page.authorization
  const html = await deps.clients.loginPage(tenant.tenant_id, client.client_id)
  if (html === undefined) return await redirectToPage(exchange, withState(page_paths.login, page.state))
  const config = JSON.stringify(classicConfig(page, issuerOf(tenant, deps.site.scheme)))
  const encoded = Buffer.from(config).toString('base64')
  return await exchange.reply.headers(headers).send(html.replaceAll('@@config@@', encoded))
}
