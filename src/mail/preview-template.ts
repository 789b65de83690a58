import type { Language } from '../base/message.ts'
import type { EmailTemplateChange, EmailTemplateName } from '../contract/email-template.ts'
import { renderSample, sample_variables, type TemplateMail } from './email-templates.ts'
import { resetMail, verificationMail, type LinkMail, type WrittenMail } from './write-mail.ts'

/** A template to preview, and whose it is. `lifetime_s`: of its link, where the template says none. */
export type PreviewInput = {
  name: EmailTemplateName
  template: EmailTemplateChange
  language: Language
  tenant: { name: string; shown_name: string; support_email: string | undefined; support_url: string | undefined }
  lifetime_s: number
}

/** A mail as a sample user would get it. `text` is empty where the template has a body. */
export type PreviewedMail = WrittenMail & Pick<TemplateMail, 'from' | 'result_url'>

/** The mail with the texts of the server; an empty one of a kind that is stored only. */
function standardMail(name: EmailTemplateName, mail: LinkMail): WrittenMail {
  if (name === 'reset_email') return resetMail(mail)
  return name === 'verify_email' ? verificationMail(mail) : { subject: '', text: '', html: '' }
}

/**
 * Renders a template as it would be sent to a sample user, with the text of the server where it has no subject or no body.
 *
 * @throws {Refusal} `invalid_body`, naming the property and the line
 */
export function previewTemplate({ name, template, language, tenant, lifetime_s }: PreviewInput): PreviewedMail {
  const { support_email, support_url } = tenant
  const own = renderSample(template, {
    tenant: tenant.name,
    friendly_name: tenant.shown_name,
    support_email,
    support_url,
    request_language: language,
  })
  const { subject, text, html } = standardMail(name, {
    language,
    tenant_name: tenant.shown_name,
    link: sample_variables.url,
    email: sample_variables.user.email,
    lifetime_s: template.urlLifetimeInSeconds ?? lifetime_s,
    support_email,
  })
  const body = own.html === undefined ? { text, html } : { text: '', html: own.html }
  return { ...own, subject: own.subject ?? subject, ...body }
}
