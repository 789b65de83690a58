import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import {
  adminPasswordRules,
  completeAdminSetup,
  readAdminSetupTicket,
  type AdminSetupState,
} from '../tenants/admin-setup.ts'
import { issuerOf, managementAudience, type Tenant } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import type { Rule } from './password-rules.ts'
import { sendPage } from './send-page.ts'

/** What the page needs. */
export type AdminSetupDeps = { db: Db; clock: Clock; passwords: Passwords; site: { scheme: 'http' | 'https' } }

type Entered = { ticket: string; email: string; rules: Rule[]; notice?: string; wrong?: string; status?: number }

function rulesFor(email: string, password: string | undefined): Rule[] {
  return adminPasswordRules(email, password ?? '').map(({ message, verified }) => ({
    message,
    verified: password === undefined ? undefined : verified,
    items: [],
  }))
}

const closed: Record<Exclude<AdminSetupState, 'open'>, { heading: string; line: string }> = {
  used: {
    heading: 'This set-up link was used already',
    line: 'An admin was set up with it. If that was not you or somebody you know, look into it at once.',
  },
  expired: { heading: 'This set-up link has expired', line: 'A set-up link works for 24 hours.' },
  unknown: {
    heading: 'This set-up link does not work',
    line: 'A set-up link works once, for 24 hours. This one has ended, or part of it was cut off.',
  },
}

async function sendClosed(reply: FastifyReply, tenant: Tenant, state: Exclude<AdminSetupState, 'open'>) {
  const { heading, line } = closed[state]
  const lines = [line, 'Whoever runs this server can make a new one with the command admin-link.']
  return await sendPage(reply, tenant, {
    template: 'problem',
    status: 400,
    values: { heading, lines, support: undefined },
  })
}

async function sendForm(reply: FastifyReply, tenant: Tenant, { status, ...entered }: Entered): Promise<FastifyReply> {
  const values = { notice: undefined, wrong: undefined, ...entered }
  return await sendPage(reply, tenant, { template: 'admin-setup', status: status ?? 200, values })
}

/** What is wrong with what was typed, or undefined for a refusal that the form cannot mend. */
function whatIsWrong(refusal: Refusal): Partial<Entered> | undefined {
  const status = refusal.problem.status
  switch (refusal.code) {
    case 'weak_password':
      return { status, notice: refusal.message, wrong: 'password' }
    case 'password_too_long':
      return { status, notice: refusal.message, wrong: 'password' }
    case 'invalid_body':
      return { status, notice: refusal.message, wrong: 'email' }
    case 'overloaded':
      return { status, notice: refusal.message }
    default:
      return undefined
  }
}

/** The page behind a set-up link: one form that makes one admin, once. Opening it changes nothing. */
export function mountAdminSetupPage(app: FastifyInstance, deps: AdminSetupDeps): void {
  app.get('/u/admin-setup', async (request, reply) => {
    const tenant = tenantOf(request)
    const ticket = fieldOf(request.query, 'ticket')
    const state = await readAdminSetupTicket(deps.db, deps.clock, tenant.tenant_id, ticket)
    if (state !== 'open') return await sendClosed(reply, tenant, state)
    return await sendForm(reply, tenant, { ticket, email: '', rules: rulesFor('', undefined) })
  })

  app.post('/u/admin-setup', async (request, reply) => {
    const tenant = tenantOf(request)
    const form = ownForm(request, deps.site.scheme)
    const ticket = fieldOf(form, 'ticket')
    const email = fieldOf(form, 'email').trim()
    const password = fieldOf(form, 'password')
    const state = await readAdminSetupTicket(deps.db, deps.clock, tenant.tenant_id, ticket)
    if (state !== 'open') return await sendClosed(reply, tenant, state)
    const entered: Entered = { ticket, email, rules: rulesFor('', undefined) }
    if (password !== fieldOf(form, 'password_repeat')) {
      const notice = 'The two passwords are not the same. Please type both again.'
      return await sendForm(reply, tenant, { ...entered, status: 400, notice, wrong: 'password_repeat' })
    }
    try {
      const admin = await completeAdminSetup(deps, {
        tenant,
        secret: ticket,
        email,
        password,
        caller: callerOf(request),
      })
      const issuer = issuerOf(tenant, deps.site.scheme)
      const values = { email: admin.email, is_default: tenant.is_default, issuer, audience: managementAudience(issuer) }
      return await sendPage(reply, tenant, { template: 'admin-setup-done', values })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'ticket_invalid') return await sendClosed(reply, tenant, 'used')
      const wrong = whatIsWrong(error)
      if (!wrong) throw error
      const rules = error.code === 'weak_password' ? rulesFor(email, password) : entered.rules
      return await sendForm(reply, tenant, { ...entered, ...wrong, rules })
    }
  })
}
