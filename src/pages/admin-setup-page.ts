import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { adminPasswordRules } from '../admins/admin-password.ts'
import {
  addExistingAdmin,
  isKnownAddress,
  setUpAdmin,
  type AdminSetup,
  type SetUpAdminDeps,
} from '../admins/set-up-admin.ts'
import { readSetupTicket, type SetupOffer, type SetupTicket } from '../admins/setup-ticket.ts'
import { shownTenantName } from '../admins/shown-tenant-name.ts'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setSessionCookies } from '../http/session-cookies.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { LoginDeps } from '../login/login.ts'
import { sessionLifetime } from '../sessions/session-lifetime.ts'
import type { NewSession } from '../sessions/session.ts'
import type { Tenant, Site } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import type { Notice } from './form-values.ts'
import { englishLook, plain_look } from './look.ts'
import { newPasswordFields } from './new-password-fields.ts'
import type { FieldName } from './page-problems.ts'
import type { Rule } from './password-rules.ts'
import { renderPage, sendPage } from './render-page.ts'
import { translator } from './translate.ts'

/** The dependencies of the page. */
export type AdminSetupPageDeps = SetUpAdminDeps & LoginDeps & { site: Site }

/** The form that is shown: `new` chooses a password, `existing` verifies that of an admin who exists. */
type Form = {
  kind: 'new' | 'existing'
  tenant: Tenant
  offer: SetupOffer
  ticket: string
  email: string
  rules: Rule[]
  notice?: Notice
  status?: number
}

function rulesFor(email: string, password: string | undefined): Rule[] {
  return adminPasswordRules(email, password ?? '').map(({ message, verified }) => ({
    code: 'admin',
    count: 0,
    message,
    verified: password === undefined ? undefined : verified,
    items: [],
  }))
}

type Closed = Exclude<SetupTicket['state'], 'open'>

const closed: Record<Closed, { heading: string; line: string }> = {
  used: {
    heading: 'This set-up link was used already',
    line: 'An admin was set up with it. If that was not you or a person you know, look into it at once.',
  },
  expired: {
    heading: 'This set-up link has expired',
    line: 'A set-up link works for 24 hours, an invitation for 7 days.',
  },
  unknown: {
    heading: 'This set-up link does not work',
    line: 'A set-up link works once, for 24 hours, an invitation for 7 days. This one has ended, or part of it was cut off.',
  },
}

async function sendClosed(request: FastifyRequest, reply: FastifyReply, state: Closed): Promise<FastifyReply> {
  const { heading, line } = closed[state]
  const lines = [
    line,
    'An owner of the tenant can send another invitation; the operator of this server can create a new link with the command admin-link.',
  ]
  const values = { title: heading, mark: 'bad', lines, reference: undefined, ways_on: [] }
  return await sendPage(reply, renderPage(englishLook(tenantOf(request)), { template: 'problem', values }), 400)
}

async function sendForm(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<FastifyReply> {
  const { kind, tenant, offer, ticket, email, rules, notice, status } = form
  const is_invited = offer.kind === 'admin_invitation'
  const shown = { tenant_name: shownTenantName(tenant), email, rules, notice, is_invited, role: offer.role }
  const new_password = newPasswordFields('Password', 'Repeat the password', rules)
  const values =
    kind === 'new'
      ? {
          ...shown,
          hidden: { ticket },
          fields: {
            email: {
              id: 'email',
              label: 'E-mail address',
              type: 'email',
              value: email,
              autocomplete: 'username',
              is_readonly: is_invited,
            },
            ...new_password,
          },
          focus: notice?.field ?? (is_invited ? 'password' : 'email'),
        }
      : {
          ...shown,
          hidden: { ticket, email, existing: '1' },
          fields: {
            password: { ...new_password.password, label: 'Existing password', autocomplete: 'current-password' },
          },
          focus: 'password',
        }
  const template = kind === 'new' ? 'admin-setup' : 'admin-setup-existing'
  return await sendPage(reply, renderPage(englishLook(tenantOf(request)), { template, values }), status)
}

/** The notice in the form for a refusal that the admin can correct or that is temporary; undefined for every other refusal. */
function noticeFor({ code, message, problem: { status } }: Refusal): Partial<Form> | undefined {
  const notice = (text: string, field?: FieldName): Partial<Form> => ({ status, notice: { lines: [text], field } })
  switch (code) {
    case 'weak_password':
      return notice(translator(plain_look)('weak_password'), 'password')
    case 'password_too_long':
      return notice(message, 'password')
    case 'invalid_body':
      return notice(message, 'email')
    case 'invalid_request':
    case 'wrong_credentials':
      return notice('This is not the password of this admin.', 'password')
    case 'too_many_attempts':
      return notice('Too many wrong passwords for this address. Please wait a while, or use another network.')
    case 'user_blocked':
      return notice('This admin is blocked.')
    case 'address_locked':
    case 'overloaded':
      return notice(message)
    default:
      return undefined
  }
}

/**
 * The page behind a set-up link or an invitation, at the admin origin: one form that sets up one admin, once, and signs the admin in. An
 * admin whose password the link must not set proves the address with the existing one. Opening the link changes nothing.
 */
export function mountAdminSetupPage(app: FastifyInstance, deps: AdminSetupPageDeps): void {
  app.get('/u/admin-setup', async (request, reply) => {
    const secret = fieldOf(request.query, 'ticket')
    const found = await readSetupTicket(deps, secret)
    if (found.state !== 'open') return await sendClosed(request, reply, found.state)
    const { tenant, offer } = found
    const email = offer.kind === 'admin_invitation' ? offer.email : ''
    const is_known = email !== '' && (await isKnownAddress(deps.db, tenantOf(request), email))
    return await sendForm(request, reply, {
      kind: is_known ? 'existing' : 'new',
      tenant,
      offer,
      ticket: secret,
      email,
      rules: rulesFor('', undefined),
    })
  })

  /** Signs the browser in, and opens the dashboard. */
  async function sendSignedIn(
    request: FastifyRequest,
    reply: FastifyReply,
    created: NewSession,
  ): Promise<FastifyReply> {
    const lifetime = sessionLifetime(tenantOf(request).settings)
    setSessionCookies(reply, deps.site.scheme, created, { lifetime, now: deps.clock.now() })
    return await reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect('/', 303)
  }

  app.post('/u/admin-setup', async (request, reply) => {
    const form = ownForm(request, deps.site.scheme)
    const secret = fieldOf(form, 'ticket')
    const password = fieldOf(form, 'password')
    const kind = fieldOf(form, 'existing') === '' ? 'new' : 'existing'
    const found = await readSetupTicket(deps, secret)
    if (found.state !== 'open') return await sendClosed(request, reply, found.state)
    const { tenant, offer } = found
    const email = offer.kind === 'admin_invitation' ? offer.email : fieldOf(form, 'email').trim()
    const entered: Form = { kind, tenant, offer, ticket: secret, email, rules: rulesFor('', undefined) }
    if (kind === 'new' && password !== fieldOf(form, 'password_repeat')) {
      const notice: Notice = { lines: [translator(plain_look)('passwords_differ')], field: 'password_repeat' }
      return await sendForm(request, reply, { ...entered, status: 400, notice })
    }
    const setup: AdminSetup = { system: tenantOf(request), secret, email, password, caller: callerOf(request) }
    try {
      if (kind === 'existing') return await sendSignedIn(request, reply, await addExistingAdmin(deps, setup))
      const result = await setUpAdmin(deps, setup)
      if (result.kind === 'done') return await sendSignedIn(request, reply, result.created)
      return await sendForm(request, reply, { ...entered, kind: 'existing' })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'ticket_invalid') return await sendClosed(request, reply, 'used')
      const rules = error.code === 'weak_password' ? rulesFor(email, password) : entered.rules
      const notice = noticeFor(error)
      if (!notice) throw error
      return await sendForm(request, reply, { ...entered, ...notice, rules })
    }
  })
}
