import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmVerification, readVerificationTicket, type ConfirmVerificationDeps } from '../login/verify-email.ts'
import type { Site } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { lookFor } from './look.ts'
import { pageErrorOf } from './page-problems.ts'
import { sendPage } from './render-page.ts'
import { sendResult } from './send-result.ts'
import { isVerificationFormError, renderVerificationDonePage, renderVerificationPage } from './verification-form.ts'

/** Mounts the page of a verification link. It has one button: mail scanners open links, so opening must change nothing. */
export function mountVerificationPage(app: FastifyInstance, deps: ConfirmVerificationDeps & { site: Site }): void {
  const formFor = async (request: FastifyRequest, ticket: string) => {
    const { email, result_url } = await readVerificationTicket(deps, tenantOf(request), ticket)
    return { ticket, email, result_url }
  }

  app.get('/u/email-verification', async (request, reply) => {
    const form = await formFor(request, fieldOf(request.query, 'ticket'))
    return await sendPage(reply, renderVerificationPage(lookFor(request, tenantOf(request)), form))
  })

  app.post('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    const look = lookFor(request, tenant)
    const ticket = fieldOf(ownForm(request, deps.site.scheme), 'ticket')
    const form = await formFor(request, ticket)
    try {
      const confirmed = await confirmVerification(deps, { tenant, secret: ticket, caller: callerOf(request) })
      return await sendResult(reply, look, confirmed, {
        render: renderVerificationDonePage,
        code: 'success',
        message: 'Your email was verified. You can continue using the application.',
      })
    } catch (error) {
      const shown = error instanceof Refusal ? pageErrorOf(error) : undefined
      if (!(error instanceof Refusal) || !shown || !isVerificationFormError(shown)) throw error
      setRetryAfter(reply, error)
      return await sendPage(reply, renderVerificationPage(look, { ...form, error: shown }), error.problem.status)
    }
  })
}
