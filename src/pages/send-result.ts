import type { FastifyReply } from 'fastify'
import type { UsedTicket } from '../login/tickets.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { resultUrl } from './result-url.ts'
import { sendPage } from './send-page.ts'

/** Redirects to the `result_url` of a used ticket with the result, or sends the page `template` where `resultUrl` gives no URL. */
export async function sendResult(
  reply: FastifyReply,
  tenant: Tenant,
  { result_url, add_email, email }: UsedTicket,
  { template, message, code }: { template: string; message: string; code?: string },
): Promise<FastifyReply> {
  const url = resultUrl(result_url, { success: true, code, message, email: add_email ? email : undefined })
  if (url !== undefined) return await reply.header('cache-control', 'no-store').redirect(url, 303)
  return await sendPage(reply, tenant, { template, values: { email } })
}
