import type { FastifyReply } from 'fastify'
import type { ClientCache } from '../clients/client-cache.ts'
import { restartUrl } from '../clients/restart-url.ts'
import type { UsedTicket } from '../login/tickets.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import type { Look } from './look.ts'
import { wayOn, type WayOn } from './problem-page.ts'
import { sendPage, type Page } from './render-page.ts'
import { resultUrl } from './result-url.ts'

/** Dependencies of `waysOn`. */
export type WaysOnDeps = { clients: Pick<ClientCache, 'client'>; site: Site }

/**
 * The link that leads on from the page of a used ticket: to the client that it was requested for, where a login begins, else to the address
 * that the tenant names. Empty without either.
 */
export async function waysOn(
  deps: WaysOnDeps,
  tenant: Tenant,
  look: Look,
  { client_id }: UsedTicket,
): Promise<WayOn[]> {
  const client = client_id === undefined ? undefined : await deps.clients.client(tenant.tenant_id, client_id)
  const url = restartUrl(tenant, issuerOf(tenant, deps.site.scheme), client)
  return url === undefined ? [] : [wayOn(look, url, client ? { name: client.name } : 'continue')]
}

/** The result of a mailed link: the page that shows it, and the parameters that Auth0 adds to `result_url`. */
type ShownResult = {
  render: (look: Look, values: { email: string; ways_on: readonly WayOn[] }) => Page
  message: string
  code?: string
}

/**
 * Redirects to the `result_url` of a used ticket with the result, or sends the page of the result where `resultUrl` gives no URL. A URL
 * whose scheme is not http or https belongs to an application that may not be on this device: it is a link of the page.
 */
export async function sendResult(
  deps: WaysOnDeps,
  reply: FastifyReply,
  { tenant, look, used }: { tenant: Tenant; look: Look; used: UsedTicket },
  { render, message, code }: ShownResult,
): Promise<FastifyReply> {
  const { result_url, add_email, email } = used
  const url = resultUrl(result_url, { success: true, code, message, email: add_email ? email : undefined })
  if (url !== undefined && /^https?:/.test(url)) {
    return await reply.header('cache-control', 'no-store').redirect(url, 303)
  }
  const ways_on = url === undefined ? await waysOn(deps, tenant, look, used) : [wayOn(look, url, 'continue')]
  return await sendPage(reply, render(look, { email, ways_on }))
}
