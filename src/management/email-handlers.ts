import {
  createEmailProvider,
  deleteEmailProvider,
  findEmailProvider,
  hasMailService,
  mailServerOf,
  updateEmailProvider,
  type EmailProviderDeps,
} from '../mail/email-provider.ts'
import {
  createEmailTemplate,
  getEmailTemplate,
  listEmailTemplates,
  saveEmailTemplate,
} from '../mail/email-templates.ts'
import { previewTemplate } from '../mail/preview-template.ts'
import { sendTestMail, type SendTestMailDeps } from '../mail/send-test-mail.ts'
import { Refusal } from '../contract/refusal.ts'
import { createTenantLimit } from '../login/tenant-limit.ts'
import { ticket_lifetime_s } from '../login/tickets.ts'
import { mail_policy, sealPreview } from '../pages/preview.ts'
import { brandOf, supportOf } from '../tenants/brand-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { createPreviewLimit } from './preview-limit.ts'
import type { Handlers } from './handler.ts'

const withinLimit = createTenantLimit(2, 'test mails')

/** The tenant as mails name it. */
function namesOf(tenant: Tenant) {
  const support = supportOf(tenant)
  return {
    name: tenant.name,
    shown_name: brandOf(tenant).name,
    support_email: support?.email,
    support_url: support?.url,
  }
}

/** A mail whose links open a window of their own, which the policy of previews refuses. */
function withoutNavigation(html: string): string {
  const base = '<base target="_blank">'
  return /<head[^>]{0,200}>/i.test(html) ? html.replace(/<head[^>]{0,200}>/i, (head) => head + base) : base + html
}

/** Operations on the mail service and the mail templates of a tenant. */
export function emailHandlers(
  deps: EmailProviderDeps & SendTestMailDeps & Parameters<typeof sealPreview>[0] & { has_mail_server: boolean },
) {
  const withinPreviewLimit = createPreviewLimit(deps.clock)
  return {
    async getMailDelivery({ tenant }) {
      if (await mailServerOf(deps, tenant.tenant_id)) return { sender: 'mail_service' }
      return { sender: deps.has_mail_server ? 'operator' : 'none' }
    },

    testEmailProvider: async ({ tenant, body }) =>
      await withinLimit(tenant.tenant_id, () => {
        const { name, shown_name } = namesOf(tenant)
        return sendTestMail(deps, { tenant_id: tenant.tenant_id, name: shown_name || name }, body.to)
      }),

    listEmailTemplates: async ({ tenant }) => ({
      own_texts_used: tenant.is_default || (await hasMailService(deps.db, tenant.tenant_id)),
      templates: await listEmailTemplates(deps.db, tenant.tenant_id),
    }),

    async previewEmailTemplate({ tenant, token, params, body: { language = 'en', ...template } }) {
      const render = () =>
        previewTemplate({
          name: params.name,
          template,
          language,
          tenant: namesOf(tenant),
          lifetime_s: ticket_lifetime_s,
        })
      const mail = withinPreviewLimit({ tenant_id: tenant.tenant_id, reader: token.sub }, render)
      return { ...mail, ...sealPreview(deps, { html: withoutNavigation(mail.html), policy: mail_policy }) }
    },

    async getEmailProvider({ tenant, query }) {
      const service = await findEmailProvider(deps, tenant.tenant_id)
      if (!service && query.allow_missing !== true) throw new Refusal('inexistent_email_provider')
      return service ?? null
    },

    createEmailProvider: async ({ tenant, body }) => await createEmailProvider(deps, tenant.tenant_id, body),

    updateEmailProvider: async ({ tenant, body }) => await updateEmailProvider(deps, tenant.tenant_id, body),

    async deleteEmailProvider({ tenant }) {
      await deleteEmailProvider(deps, tenant.tenant_id)
      return null
    },

    createEmailTemplate: async ({ tenant, body }) => await createEmailTemplate(deps, tenant.tenant_id, body),

    getEmailTemplate: async ({ tenant, params }) => await getEmailTemplate(deps.db, tenant.tenant_id, params.name),

    replaceEmailTemplate: async ({ tenant, params, body }) =>
      await saveEmailTemplate(deps, { tenant_id: tenant.tenant_id, name: params.name }, body, { merges: false }),

    updateEmailTemplate: async ({ tenant, params, body }) =>
      await saveEmailTemplate(deps, { tenant_id: tenant.tenant_id, name: params.name }, body, { merges: true }),
  } satisfies Partial<Handlers>
}
