import type { FastifyInstance, FastifyReply } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmVerification, readVerificationTicket, type ConfirmVerificationDeps } from '../login/verify-email.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { legacyChangeNotice } from './legacy-change-notice.ts'
import { sendPage } from './send-page.ts'
import { sendResult } from './send-result.ts'

type Form = { ticket: string; email: string; result_url: string | undefined; notice?: string; status?: number }

async function sendForm(reply: FastifyReply, tenant: Tenant, form: Form): Promise<FastifyReply> {
  const { status, result_url, ...values } = { notice: undefined, status: 200, ...form }
  return await sendPage(reply, tenant, { template: 'verification', status, values, redirect_url: result_url })
}

function noticeFor(refusal: Refusal): string | undefined {
  return refusal.problem.status === 503
    ? 'This could not be done right now. Please try again in a few minutes: your link is still valid.'
    : legacyChangeNotice(refusal, 'Your e-mail address was not verified.')
}

/** Mounts the page of a verification link. It has one button: mail scanners open links, so opening must change nothing. */
export function mountVerificationPage(app: FastifyInstance, deps: ConfirmVerificationDeps & { site: Site }): void {
  const formFor = async (tenant: Tenant, ticket: string): Promise<Form> => {
    const { email, result_url } = await readVerificationTicket(deps, tenant, ticket)
    return { ticket, email, result_url }
  }

  app.get('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    return await sendForm(reply, tenant, await formFor(tenant, fieldOf(request.query, 'ticket')))
  })

  app.post('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    const ticket = fieldOf(ownForm(request, deps.site.scheme), 'ticket')
    const form = await formFor(tenant, ticket)
    try {
      const confirmed = await confirmVerification(deps, { tenant, secret: ticket, caller: callerOf(request) })
      return await sendResult(reply, tenant, confirmed, {
        template: 'verification-done',
        code: 'success',
        message: 'Your email was verified. You can continue using the application.',
      })
    } catch (error) {
      const notice = error instanceof Refusal ? noticeFor(error) : undefined
      if (!(error instanceof Refusal) || notice === undefined) throw error
      setRetryAfter(reply, error)
      return await sendForm(reply, tenant, { ...form, status: error.problem.status, notice })
    }
  })
}
