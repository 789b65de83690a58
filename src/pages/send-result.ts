import type { FastifyReply } from 'fastify'
import type { UsedTicket } from '../login/tickets.ts'
import type { Look } from './look.ts'
import type { WayOn } from './problem-page.ts'
import { sendPage, type Page } from './render-page.ts'
import { resultUrl } from './result-url.ts'
import { translator } from './translate.ts'

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
  reply: FastifyReply,
  look: Look,
  { result_url, add_email, email }: UsedTicket,
  { render, message, code }: ShownResult,
): Promise<FastifyReply> {
  const url = resultUrl(result_url, { success: true, code, message, email: add_email ? email : undefined })
  if (url !== undefined && /^https?:/.test(url)) {
    return await reply.header('cache-control', 'no-store').redirect(url, 303)
  }
  const ways_on = url === undefined ? [] : [{ href: url, text: translator(look.language)('continue') }]
  return await sendPage(reply, render(look, { email, ways_on }))
}
