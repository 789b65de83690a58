import type { Language } from '../base/message.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { hasMailService } from '../mail/email-provider.ts'
import { emailTemplate, renderTemplate } from '../mail/email-templates.ts'
import { TemplateFailed } from '../mail/liquid.ts'
import { resetMail, verificationMail, type LinkMail, type WrittenMail } from '../mail/write-mail.ts'
import type { Db } from '../store/tables.ts'
import { brandOf, supportOf } from '../tenants/brand-of.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'
import { ticket_lifetime_s, type TicketData } from './tickets.ts'

/** The mail that a user gets, before its link is known. */
export type UserMail = {
  kind: 'reset_email' | 'verify_email'
  tenant: Tenant
  connection: Connection
  client?: Client | undefined
  /** The recipient; of a legacy user who has not moved, only the address is known. */
  user: Partial<User> & { email: string }
  language: Language
}

/** How a mail is written: by the tenant's template, where there is one, else with the server's texts. */
export type UserMailPlan = {
  /** False where the tenant has turned this kind of mail off. */
  is_sent: boolean
  lifetime_s: number
  /** What the template adds to the ticket of the link. */
  data: TicketData
  /** Writes the mail. `failure`: why the tenant's template could not be used; then it has the server's texts. */
  write(link: string): { mail: WrittenMail & { from?: string; own_service_only?: true }; failure?: string }
}

const shown_attributes = [
  'user_id',
  'email',
  'email_verified',
  'username',
  'phone_number',
  'name',
  'nickname',
  'given_name',
  'family_name',
  'picture',
  'user_metadata',
  'app_metadata',
] as const

function variablesOf({ tenant, connection, client, user, language, kind }: UserMail, { scheme }: Site, url: string) {
  const support = supportOf(tenant)
  const { callbacks } = client?.data ?? {}
  const [callback] = Array.isArray(callbacks) ? callbacks : []
  return {
    url,
    operation: kind,
    user: Object.fromEntries(shown_attributes.map((name) => [name, user[name]])),
    application: {
      name: client?.name ?? brandOf(tenant).name,
      clientID: client?.client_id,
      callback_domain: typeof callback === 'string' && URL.canParse(callback) ? new URL(callback).origin : '',
    },
    connection: { name: connection.name },
    tenant: tenant.name,
    friendly_name: brandOf(tenant).name,
    home_url: issuerOf(tenant, scheme),
    support_email: support?.email,
    support_url: support?.url,
    request_language: language,
  }
}

/** Plans the mail of a user with a link. `db` may be a transaction. */
export async function planUserMail(db: Db, site: Site, mail: UserMail): Promise<UserMailPlan> {
  const { kind, tenant, language, user } = mail
  const template = await emailTemplate(db, { tenant_id: tenant.tenant_id, name: kind })
  const lifetime_s = template?.urlLifetimeInSeconds ?? ticket_lifetime_s
  // What a tenant writes goes out under its own name, not from the sender of the operator.
  const is_written = tenant.is_default || (await hasMailService(db, tenant.tenant_id))
  const content = (is_written && template) || {}
  const is_own = Boolean(content.subject ?? content.body ?? content.from) && !tenant.is_default
  const render = (link: string) => renderTemplate(content, variablesOf(mail, site, link))
  const default_mail = (link: string): WrittenMail => {
    const support_email = supportOf(tenant)?.email
    const input: LinkMail = {
      language,
      tenant_name: brandOf(tenant).name,
      link,
      email: user.email,
      lifetime_s,
      support_email,
    }
    return kind === 'reset_email' ? resetMail(input) : verificationMail(input)
  }
  const write: UserMailPlan['write'] = (link) => {
    const standard = default_mail(link)
    try {
      const { subject = standard.subject, html, from } = render(link)
      const body = html === undefined ? standard : { text: '', html }
      const own = is_own ? { own_service_only: true as const } : {}
      return { mail: { ...standard, ...body, subject, ...(from === undefined ? {} : { from }), ...own } }
    } catch (error) {
      if (!(error instanceof TemplateFailed)) throw error
      return { mail: standard, failure: `The template ${kind} failed: ${error.message}` }
    }
  }
  return { is_sent: template?.enabled !== false, lifetime_s, data: resultOf(mail, template, site), write }
}

/** Where the page behind the link goes to, as the template says. A template that fails says nothing. */
function resultOf(mail: UserMail, template: Awaited<ReturnType<typeof emailTemplate>>, site: Site): TicketData {
  if (!template?.resultUrl) return {}
  try {
    const { result_url } = renderTemplate({ resultUrl: template.resultUrl }, variablesOf(mail, site, ''))
    if (result_url === undefined) return {}
    return { result_url, include_email_in_redirect: template.includeEmailInRedirect !== false }
  } catch (error) {
    if (!(error instanceof TemplateFailed)) throw error
    return {}
  }
}
