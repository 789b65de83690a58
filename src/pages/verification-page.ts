import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmVerification, readVerificationTicket, type ConfirmVerificationDeps } from '../login/verify-email.ts'
import type { Site } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import type { Notice } from './form-values.ts'
import { legacyChangeLines } from './legacy-change-lines.ts'
import { lookFor, type Look } from './look.ts'
import { originSource, renderPage, sendPage } from './render-page.ts'
import { sendResult } from './send-result.ts'
import { translator } from './translate.ts'

type Form = {
  look: Look
  ticket: string
  email: string
  result_url: string | undefined
  notice?: Notice
  status?: number
}

async function sendForm(reply: FastifyReply, form: Form): Promise<FastifyReply> {
  const { look, ticket, email, notice, result_url } = form
  const values = { hidden: { ticket }, email, notice }
  const page = renderPage(look, { template: 'verification', values, form_targets: originSource(result_url) })
  return await sendPage(reply, page, form.status)
}

function noticeFor(look: Look, refusal: Refusal): Notice | undefined {
  const t = translator(look.language)
  if (refusal.problem.status === 503) return { lines: [t('unavailable_link')] }
  const lines = legacyChangeLines(refusal, t('change_failed_email'))
  return lines && { lines }
}

/** Mounts the page of a verification link. It has one button: mail scanners open links, so opening must change nothing. */
export function mountVerificationPage(app: FastifyInstance, deps: ConfirmVerificationDeps & { site: Site }): void {
  const formFor = async (request: FastifyRequest, ticket: string): Promise<Form> => {
    const tenant = tenantOf(request)
    const { email, result_url } = await readVerificationTicket(deps, tenant, ticket)
    return { look: lookFor(request, tenant), ticket, email, result_url }
  }

  app.get('/u/email-verification', async (request, reply) => {
    return await sendForm(reply, await formFor(request, fieldOf(request.query, 'ticket')))
  })

  app.post('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    const ticket = fieldOf(ownForm(request, deps.site.scheme), 'ticket')
    const form = await formFor(request, ticket)
    try {
      const confirmed = await confirmVerification(deps, { tenant, secret: ticket, caller: callerOf(request) })
      return await sendResult(reply, form.look, confirmed, {
        template: 'verification-done',
        code: 'success',
        message: 'Your email was verified. You can continue using the application.',
      })
    } catch (error) {
      const notice = error instanceof Refusal ? noticeFor(form.look, error) : undefined
      if (!(error instanceof Refusal) || notice === undefined) throw error
      setRetryAfter(reply, error)
      return await sendForm(reply, { ...form, status: error.problem.status, notice })
    }
  })
}
