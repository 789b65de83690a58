import type { FastifyInstance, FastifyReply } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmReset, readResetTicket, type ConfirmResetDeps } from '../login/confirm-reset.ts'
import { policyRules } from '../login/password-policy.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { shownRules, type Rule } from './password-rules.ts'
import { resultAddress } from './result-address.ts'
import { sendPage } from './send-page.ts'

/** What the page needs. */
export type ResetPageDeps = ConfirmResetDeps & { site: Site }

type Entered = {
  ticket: string
  email: string
  rules: Rule[]
  leads_to: string | undefined
  rulesTried: (password: string) => Rule[]
  notice?: string
  wrong?: string
  status?: number
}

async function sendForm(reply: FastifyReply, tenant: Tenant, entered: Entered): Promise<FastifyReply> {
  const {
    status,
    leads_to,
    rulesTried: _,
    ...values
  } = { notice: undefined, wrong: undefined, status: 200, ...entered }
  return await sendPage(reply, tenant, { template: 'reset', status, values, leads_to })
}

/** What the form shows for a refusal that the user can correct or that ends by itself; undefined for every other refusal. */
function whatIsWrong(refusal: Refusal): Partial<Entered> | undefined {
  const status = refusal.problem.status
  switch (refusal.code) {
    case 'weak_password':
      return { status, notice: 'This password is too weak. Please choose another one.', wrong: 'password' }
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
    default:
      return undefined
  }
}

/** The page behind a reset link: one form that sets a new password. Opening it changes nothing. */
export function mountResetPage(app: FastifyInstance, deps: ResetPageDeps): void {
  const open = async (tenant: Tenant, ticket: string): Promise<Entered> => {
    const known = await readResetTicket(deps, tenant, ticket)
    const { options } = known.connection
    return {
      ticket,
      email: known.email,
      leads_to: known.result_url,
      rules: shownRules(policyRules(options, ''), false),
      rulesTried: (password) => shownRules(policyRules(options, password), true),
    }
  }

  for (const path of ['/u/reset-verify', '/u/reset-password']) {
    app.get(path, async (request, reply) => {
      const tenant = tenantOf(request)
      return await sendForm(reply, tenant, await open(tenant, fieldOf(request.query, 'ticket')))
    })
  }

  app.post('/u/reset-password', async (request, reply) => {
    const tenant = tenantOf(request)
    const form = ownForm(request, deps.site.scheme)
    const ticket = fieldOf(form, 'ticket')
    const password = fieldOf(form, 'password')
    const entered = await open(tenant, ticket)
    if (password === '') {
      return await sendForm(reply, tenant, {
        ...entered,
        status: 400,
        notice: 'Please type a password.',
        wrong: 'password',
      })
    }
    if (password !== fieldOf(form, 'password_repeat')) {
      const notice = 'The two passwords are not the same. Please type both again.'
      return await sendForm(reply, tenant, { ...entered, status: 400, notice, wrong: 'password_repeat' })
    }
    try {
      const done = await confirmReset(deps, { tenant, secret: ticket, password, caller: callerOf(request) })
      const message = 'You can now login to the application with the new password.'
      const address = resultAddress(done.result_url, {
        success: true,
        message,
        email: done.add_email ? done.email : undefined,
      })
      if (address !== undefined) return await reply.header('cache-control', 'no-store').redirect(address, 303)
      return await sendPage(reply, tenant, { template: 'reset-done', values: { email: done.email } })
    } catch (error) {
      const wrong = error instanceof Refusal ? whatIsWrong(error) : undefined
      if (!(error instanceof Refusal) || !wrong) throw error
      if (error.details.retry_after_s !== undefined) void reply.header('retry-after', error.details.retry_after_s)
      const rules = error.code === 'weak_password' ? entered.rulesTried(password) : entered.rules
      return await sendForm(reply, tenant, { ...entered, ...wrong, rules })
    }
  })
}
