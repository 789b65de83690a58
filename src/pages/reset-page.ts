import type { FastifyInstance, FastifyReply } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmReset, readResetTicket, type ConfirmResetDeps } from '../login/confirm-reset.ts'
import { policyRules } from '../login/password-policy.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { legacyChangeNotice } from './legacy-change-notice.ts'
import { showRules, weakPasswordNotice, type Rule } from './password-rules.ts'
import { sendPage } from './send-page.ts'
import { sendResult } from './send-result.ts'

/** The dependencies of the page. */
export type ResetPageDeps = ConfirmResetDeps & { site: Site }

type Form = {
  ticket: string
  email: string
  rules: Rule[]
  result_url: string | undefined
  checkRules: (password: string) => Rule[]
  notice?: string
  wrong?: string
  status?: number
}

async function sendForm(reply: FastifyReply, tenant: Tenant, form: Form): Promise<FastifyReply> {
  const { status, result_url, checkRules: _, ...values } = { notice: undefined, wrong: undefined, status: 200, ...form }
  return await sendPage(reply, tenant, { template: 'reset', status, values, redirect_url: result_url })
}

/** The notice in the form for a refusal that the user can correct or that is temporary. Undefined for every other refusal. */
function noticeFor(refusal: Refusal, rules: Rule[]): Partial<Form> | undefined {
  const status = refusal.problem.status
  switch (refusal.code) {
    case 'weak_password':
      return { status, notice: weakPasswordNotice(rules), wrong: 'password' }
    case 'password_too_long':
      return { status, notice: refusal.message, wrong: 'password' }
    case 'legacy_unavailable':
      return {
        status,
        notice:
          'We cannot reach the user directory right now. Your password was not changed. Please try again in a few minutes: your link is still valid.',
      }
    case 'overloaded':
      return { status, notice: `${refusal.message} Your password was not changed.` }
    default: {
      const notice = legacyChangeNotice(refusal, 'Your password was not changed.')
      return notice === undefined ? undefined : { status, notice }
    }
  }
}

/** Mounts the page of a reset link: a form that sets a new password. Opening it changes nothing. */
export function mountResetPage(app: FastifyInstance, deps: ResetPageDeps): void {
  const formFor = async (tenant: Tenant, ticket: string): Promise<Form> => {
    const { connection, email, result_url } = await readResetTicket(deps, tenant, ticket)
    const { options } = connection
    return {
      ticket,
      email,
      result_url,
      rules: showRules(policyRules(options, ''), false),
      checkRules: (password) => showRules(policyRules(options, password), true),
    }
  }

  for (const path of ['/u/reset-verify', '/u/reset-password']) {
    app.get(path, async (request, reply) => {
      const tenant = tenantOf(request)
      return await sendForm(reply, tenant, await formFor(tenant, fieldOf(request.query, 'ticket')))
    })
  }

  app.post('/u/reset-password', async (request, reply) => {
    const tenant = tenantOf(request)
    const posted = ownForm(request, deps.site.scheme)
    const ticket = fieldOf(posted, 'ticket')
    const password = fieldOf(posted, 'password')
    const form = await formFor(tenant, ticket)
    if (password === '') {
      return await sendForm(reply, tenant, {
        ...form,
        status: 400,
        notice: 'Please type a password.',
        wrong: 'password',
      })
    }
    if (password !== fieldOf(posted, 'password_repeat')) {
      const notice = 'The two passwords are not the same. Please type both again.'
      return await sendForm(reply, tenant, { ...form, status: 400, notice, wrong: 'password_repeat' })
    }
    try {
      const confirmed = await confirmReset(deps, { tenant, secret: ticket, password, caller: callerOf(request) })
      return await sendResult(reply, tenant, confirmed, {
        template: 'reset-done',
        message: 'You can now login to the application with the new password.',
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const rules = error.code === 'weak_password' ? form.checkRules(password) : form.rules
      const notice = noticeFor(error, rules)
      if (!notice) throw error
      setRetryAfter(reply, error)
      return await sendForm(reply, tenant, { ...form, ...notice, rules })
    }
  })
}
