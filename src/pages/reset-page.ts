import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmReset, readResetTicket, type ConfirmResetDeps } from '../login/confirm-reset.ts'
import { recipientOf } from '../login/tickets.ts'
import { policyRules } from '../login/password-policy.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { lookFor } from './look.ts'
import { pageErrorOf, type PageError } from './page-problems.ts'
import { sendPage } from './render-page.ts'
import { isResetFormError, renderResetDonePage, renderResetPage, type ResetForm } from './reset-form.ts'
import { sendResult, type WaysOnDeps } from './send-result.ts'

/** The dependencies of the page. */
export type ResetPageDeps = ConfirmResetDeps & WaysOnDeps

type OpenForm = Omit<ResetForm, 'rules' | 'error'> & { options: ConnectionOptions }

/** Mounts the page of a reset link: a form that sets a new password. Opening it changes nothing. */
export function mountResetPage(app: FastifyInstance, deps: ResetPageDeps): void {
  const formFor = async (request: FastifyRequest, ticket: string): Promise<OpenForm> => {
    const tenant = tenantOf(request)
    const found = await readResetTicket(deps, tenant, ticket)
    const { connection, result_url, language } = found
    const kind = found.ticket.data.phone_number === undefined ? 'email' : 'phone_number'
    const recipient = { kind, value: recipientOf(found.ticket) } as const
    return { look: lookFor(request, tenant, language), ticket, recipient, result_url, options: connection.options }
  }

  const sendForm = async (reply: FastifyReply, form: OpenForm, password = '', error?: PageError, status = 400) => {
    const page = renderResetPage({ ...form, rules: policyRules(form.options, password), error })
    return await sendPage(reply, page, error === undefined ? 200 : status)
  }

  for (const path of ['/u/reset-verify', '/u/reset-password']) {
    app.get(path, async (request, reply) => {
      return await sendForm(reply, await formFor(request, fieldOf(request.query, 'ticket')))
    })
  }

  app.post('/u/reset-password', async (request, reply) => {
    const tenant = tenantOf(request)
    const posted = ownForm(request, deps.site.scheme)
    const ticket = fieldOf(posted, 'ticket')
    const password = fieldOf(posted, 'password')
    const form = await formFor(request, ticket)
    if (password === '') return await sendForm(reply, form, password, { code: 'password_missing' })
    if (password !== fieldOf(posted, 'password_repeat')) {
      return await sendForm(reply, form, password, { code: 'passwords_differ' })
    }
    try {
      const confirmed = await confirmReset(deps, { tenant, secret: ticket, password, caller: callerOf(request) })
      return await sendResult(
        deps,
        reply,
        { tenant, look: form.look, used: confirmed },
        {
          render: renderResetDonePage,
          message: 'You can now login to the application with the new password.',
        },
      )
    } catch (error) {
      const shown = error instanceof Refusal ? pageErrorOf(error) : undefined
      if (!(error instanceof Refusal) || !shown || !isResetFormError(shown)) throw error
      setRetryAfter(reply, error)
      return await sendForm(reply, form, password, shown, error.problem.status)
    }
  })
}
