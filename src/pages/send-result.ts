import type { FastifyReply } from 'fastify'
import type { UsedTicket } from '../login/tickets.ts'
import type { Look } from './look.ts'
import { renderPage, sendPage } from './render-page.ts'
import { resultUrl } from './result-url.ts'
import { translator } from './translate.ts'

/**
 * Redirects to the `result_url` of a used ticket with the result, or sends the page `template` where `resultUrl` gives no URL. A URL whose
 * scheme is not http or https belongs to an application that may not be on this device: it is a link of the page.
 */
export async function sendResult(
  reply: FastifyReply,
  look: Look,
  { result_url, add_email, email }: UsedTicket,
  { template, message, code }: { template: string; message: string; code?: string },
): Promise<FastifyReply> {
  const url = resultUrl(result_url, { success: true, code, message, email: add_email ? email : undefined })
  if (url !== undefined && /^https?:/.test(url)) {
    return await reply.header('cache-control', 'no-store').redirect(url, 303)
  }
  const ways_on = url === undefined ? [] : [{ href: url, text: translator(look.language)('continue') }]
  return await sendPage(reply, renderPage(look, { template, values: { email, ways_on } }))
}
