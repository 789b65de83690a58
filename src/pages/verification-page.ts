import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import {
  confirmVerification,
  findConfirmedVerification,
  readVerificationTicket,
  type ConfirmVerificationDeps,
} from '../login/verify-email.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { lookFor } from './look.ts'
import { pageErrorOf } from './page-problems.ts'
import { sendPage } from './render-page.ts'
import { sendResult, waysOn, type WaysOnDeps } from './send-result.ts'
import { isVerificationFormError, renderVerificationDonePage, renderVerificationPage } from './verification-form.ts'

/** The dependencies of the page. */
export type VerificationPageDeps = ConfirmVerificationDeps & WaysOnDeps

/**
 * Mounts the page of a verification link. It has one button: mail scanners open links, so opening must change nothing. A link that was used
 * says that the address is confirmed, while it is.
 */
export function mountVerificationPage(app: FastifyInstance, deps: VerificationPageDeps): void {
  const formFor = async (request: FastifyRequest, ticket: string) => {
    const tenant = tenantOf(request)
    const { email, result_url, language } = await readVerificationTicket(deps, tenant, ticket)
    return { look: lookFor(request, tenant, language), ticket, email, result_url }
  }

  const sendConfirmed = async (request: FastifyRequest, reply: FastifyReply, ticket: string, error: unknown) => {
    const tenant = tenantOf(request)
    const is_used = error instanceof Refusal && error.code === 'ticket_invalid'
    const confirmed = is_used ? await findConfirmedVerification(deps, tenant, ticket) : undefined
    if (!confirmed) throw error
    const look = lookFor(request, tenant)
    const values = { email: confirmed.email, ways_on: await waysOn(deps, tenant, look, confirmed) }
    return await sendPage(reply, renderVerificationDonePage(look, values))
  }

  app.get('/u/email-verification', async (request, reply) => {
    const ticket = fieldOf(request.query, 'ticket')
    try {
      const { look, ...form } = await formFor(request, ticket)
      return await sendPage(reply, renderVerificationPage(look, form))
    } catch (error) {
      return await sendConfirmed(request, reply, ticket, error)
    }
  })

  app.post('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    const ticket = fieldOf(ownForm(request, deps.site.scheme), 'ticket')
    let form: Awaited<ReturnType<typeof formFor>> | undefined
    try {
      form = await formFor(request, ticket)
      const confirmed = await confirmVerification(deps, { tenant, secret: ticket, caller: callerOf(request) })
      return await sendResult(
        deps,
        reply,
        { tenant, look: form.look, used: confirmed },
        {
          render: renderVerificationDonePage,
          code: 'success',
          message: 'Your email was verified. You can continue using the application.',
        },
      )
    } catch (error) {
      const shown = error instanceof Refusal ? pageErrorOf(error) : undefined
      if (!form || !(error instanceof Refusal) || !shown || !isVerificationFormError(shown)) {
        return await sendConfirmed(request, reply, ticket, error)
      }
      setRetryAfter(reply, error)
      return await sendPage(reply, renderVerificationPage(form.look, { ...form, error: shown }), error.problem.status)
    }
  })
}
