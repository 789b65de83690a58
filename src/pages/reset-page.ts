import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmReset, readResetTicket, type ConfirmResetDeps } from '../login/confirm-reset.ts'
import { policyRules } from '../login/password-policy.ts'
import type { Site } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { noticeOf, type Notice } from './form-values.ts'
import { legacyChangeLines } from './legacy-change-lines.ts'
import { lookFor, type Look } from './look.ts'
import { newPasswordFields } from './new-password-fields.ts'
import { pageErrorOf } from './page-problems.ts'
import { showRules, weakPasswordLine, type Rule } from './password-rules.ts'
import { originSource, renderPage, sendPage } from './render-page.ts'
import { sendResult } from './send-result.ts'
import { translator } from './translate.ts'

/** The dependencies of the page. */
export type ResetPageDeps = ConfirmResetDeps & { site: Site }

type Form = {
  look: Look
  ticket: string
  email: string
  rules: Rule[]
  result_url: string | undefined
  checkRules: (password: string) => Rule[]
  notice?: Notice
  status?: number
}

async function sendForm(reply: FastifyReply, form: Form): Promise<FastifyReply> {
  const { look, ticket, email, rules, notice, result_url } = form
  const t = translator(look.language)
  const fields = {
    email: { id: 'email', label: t('email'), type: 'email', value: email, autocomplete: 'username', is_readonly: true },
    ...newPasswordFields({ password: t('new_password'), password_repeat: t('password_repeat') }, rules),
  }
  const focus = notice?.field === 'password_repeat' ? 'password_repeat' : 'password'
  const values = { hidden: { ticket }, fields, rules, notice, focus }
  const page = renderPage(look, {
    template: 'reset',
    values,
    form_targets: originSource(result_url),
    script: 'page.js',
  })
  return await sendPage(reply, page, form.status)
}

/** The notice in the form for a refusal that the user can correct or that is temporary. Undefined for every other refusal. */
function noticeFor(look: Look, refusal: Refusal, rules: Rule[]): Notice | undefined {
  const t = translator(look.language)
  switch (refusal.code) {
    case 'weak_password':
      return { lines: [weakPasswordLine(t, rules)], field: 'password' }
    case 'password_too_long':
      return noticeOf(look, pageErrorOf(refusal))
    case 'legacy_unavailable':
      return { lines: [t('legacy_unavailable_reset')] }
    case 'overloaded':
      return { lines: [t('overloaded'), t('change_failed_password')] }
    default: {
      const lines = legacyChangeLines(refusal, t('change_failed_password'))
      return lines && { lines }
    }
  }
}

/** Mounts the page of a reset link: a form that sets a new password. Opening it changes nothing. */
export function mountResetPage(app: FastifyInstance, deps: ResetPageDeps): void {
  const formFor = async (request: FastifyRequest, ticket: string): Promise<Form> => {
    const tenant = tenantOf(request)
    const look = lookFor(request, tenant)
    const t = translator(look.language)
    const { connection, email, result_url } = await readResetTicket(deps, tenant, ticket)
    const { options } = connection
    return {
      look,
      ticket,
      email,
      result_url,
      rules: showRules(t, policyRules(options, ''), false),
      checkRules: (password) => showRules(t, policyRules(options, password), true),
    }
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
    const t = translator(form.look.language)
    if (password === '') {
      const notice: Notice = { lines: [t('new_password_missing')], field: 'password' }
      return await sendForm(reply, { ...form, status: 400, notice })
    }
    if (password !== fieldOf(posted, 'password_repeat')) {
      const notice: Notice = { lines: [t('passwords_differ')], field: 'password_repeat' }
      return await sendForm(reply, { ...form, status: 400, notice })
    }
    try {
      const confirmed = await confirmReset(deps, { tenant, secret: ticket, password, caller: callerOf(request) })
      return await sendResult(reply, form.look, confirmed, {
        template: 'reset-done',
        message: 'You can now login to the application with the new password.',
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const rules = error.code === 'weak_password' ? form.checkRules(password) : form.rules
      const notice = noticeFor(form.look, error, rules)
      if (!notice) throw error
      setRetryAfter(reply, error)
      return await sendForm(reply, { ...form, status: error.problem.status, notice, rules })
    }
  })
}
