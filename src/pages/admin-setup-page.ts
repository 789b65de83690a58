import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { adminPasswordRules } from '../admins/admin-password.ts'
import { replaceAdminPassword } from '../admins/replace-admin-password.ts'
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

/** The form that is shown: `new` chooses a password, `existing` verifies that of an admin who exists, `replaced` sets another one of such an admin. */
type Form = {
  kind: 'new' | 'existing' | 'replaced'
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
    heading: 'This link was used already',
    line: 'An admin was set up or chose a new password with it. If that was not you or a person you know, look into it at once.',
  },
  expired: {
    heading: 'This link has expired',
    line: 'A set-up link and a link for a new password work for 24 hours, an invitation for 7 days.',
  },
  unknown: {
    heading: 'This link does not work',
    line: 'A set-up link and a link for a new password work once, for 24 hours, an invitation for 7 days. A link for a new password also ends when the password is changed. This one has ended, or part of it was cut off.',
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

const templates = { new: 'admin-setup', existing: 'admin-setup-existing', replaced: 'admin-new-password' } as const

/** The address that a link names; undefined for a set-up link, whose form asks for it. */
const addressOf = (offer: SetupOffer): string | undefined => (offer.kind === 'admin_setup' ? undefined : offer.email)

async function sendForm(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<FastifyReply> {
  const { kind, tenant, offer, ticket, email, rules, notice, status } = form
  const is_invited = offer.kind === 'admin_invitation'
  const role = offer.kind === 'admin_password' ? undefined : offer.role
  const shown = { tenant_name: shownTenantName(tenant), email, rules, notice, is_invited, role }
  const new_password = newPasswordFields('Password', 'Repeat the password', rules)
  const email_field = {
    id: 'email',
    label: 'E-mail address',
    type: 'email',
    value: email,
    autocomplete: 'username',
    is_readonly: addressOf(offer) !== undefined,
  }
  const values_of: Record<Form['kind'], Record<string, unknown>> = {
    new: {
      ...shown,
      hidden: { ticket },
      fields: { email: email_field, ...new_password },
      focus: notice?.field ?? (is_invited ? 'password' : 'email'),
    },
    existing: {
      ...shown,
      hidden: { ticket, email, existing: '1' },
      fields: {
        password: { ...new_password.password, label: 'Existing password', autocomplete: 'current-password' },
      },
      focus: 'password',
    },
    replaced: {
      ...shown,
      hidden: { ticket },
      fields: { email: email_field, ...new_password },
      focus: notice?.field ?? 'password',
    },
  }
  const template = templates[kind]
  const values = values_of[kind]
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
 * The page behind a set-up link, an invitation or a link for a new password, at the admin origin: one form that sets up one admin, once, and
 * signs the admin in. An admin whose password the link must not set proves the address with the existing one. Opening the link changes nothing.
 */
export function mountAdminSetupPage(app: FastifyInstance, deps: AdminSetupPageDeps): void {
  async function kindOf(system: Tenant, offer: SetupOffer): Promise<Form['kind']> {
    if (offer.kind === 'admin_password') return 'replaced'
    const is_known = offer.kind === 'admin_invitation' && (await isKnownAddress(deps.db, system, offer.email))
    return is_known ? 'existing' : 'new'
  }

  app.get('/u/admin-setup', async (request, reply) => {
    const secret = fieldOf(request.query, 'ticket')
    const found = await readSetupTicket(deps, secret)
    if (found.state !== 'open') return await sendClosed(request, reply, found.state)
    const { tenant, offer } = found
    const email = addressOf(offer) ?? ''
    return await sendForm(request, reply, {
      kind: await kindOf(tenantOf(request), offer),
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
    const found = await readSetupTicket(deps, secret)
    if (found.state !== 'open') return await sendClosed(request, reply, found.state)
    const { tenant, offer } = found
    const email = addressOf(offer) ?? fieldOf(form, 'email').trim()
    const sent_kind = fieldOf(form, 'existing') === '' ? 'new' : 'existing'
    const kind = offer.kind === 'admin_password' ? 'replaced' : sent_kind
    const entered: Form = { kind, tenant, offer, ticket: secret, email, rules: rulesFor('', undefined) }
    if (kind !== 'existing' && password !== fieldOf(form, 'password_repeat')) {
      const notice: Notice = { lines: [translator(plain_look)('passwords_differ')], field: 'password_repeat' }
      return await sendForm(request, reply, { ...entered, status: 400, notice })
    }
    const setup: AdminSetup = { system: tenantOf(request), secret, email, password, caller: callerOf(request) }
    try {
      if (kind === 'replaced') return await sendSignedIn(request, reply, await replaceAdminPassword(deps, setup))
      if (kind === 'existing') return await sendSignedIn(request, reply, await addExistingAdmin(deps, setup))
      const result = await setUpAdmin(deps, setup)
      if (result.kind === 'done') return await sendSignedIn(request, reply, result.created)
      return await sendForm(request, reply, { ...entered, kind: 'existing' })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'ticket_invalid') {
        const { state } = await readSetupTicket(deps, secret)
        return await sendClosed(request, reply, state === 'open' ? 'unknown' : state)
      }
      const rules = error.code === 'weak_password' ? rulesFor(email, password) : entered.rules
      const notice = noticeFor(error)
      if (!notice) throw error
      return await sendForm(request, reply, { ...entered, ...notice, rules })
    }
  })
}
