import { Type, type Static } from 'typebox'
import { languages } from '../base/message.ts'
import { PreviewFrame } from './preview-frame.ts'
import { Choice, Strict, Timestamp, type Route } from './route.ts'

/** The names of mail templates. Mail is sent of `reset_email` and `verify_email`; the others are stored and returned. */
export const email_template_names = [
  'verify_email',
  'verify_email_by_code',
  'auth_email_by_code',
  'reset_email',
  'reset_email_by_code',
  'welcome_email',
  'blocked_account',
  'stolen_credentials',
  'enrollment_email',
  'mfa_oob_code',
  'user_invitation',
  'change_password',
  'password_reset',
  'async_approval',
] as const

/** The names of the templates that mail is sent of. */
export const sent_email_templates = ['reset_email', 'verify_email'] as const

/** The name of a mail template. */
export type EmailTemplateName = (typeof email_template_names)[number]

/** The longest body of a template, in characters. */
export const template_body_max = 200_000

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]))
const liquid = (max: number, description: string) => orNull(Type.String({ minLength: 1, maxLength: max, description }))

const properties = {
  body: liquid(
    template_body_max,
    'HTML in Liquid; every value is escaped. Except in the default tenant, subject and body are used only with a mail service of the tenant (emails/provider). Variables: url, user, application, connection, tenant, friendly_name, support_email, support_url, request_language.',
  ),
  subject: liquid(1000, 'Subject in Liquid'),
  from: liquid(
    500,
    "Sender in Liquid; used with a mail service of the tenant's own only, else the server's sender stays",
  ),
  syntax: orNull(Choice(['liquid'], 'Template language')),
  resultUrl: liquid(2048, 'URL in Liquid to go to after the link was used'),
  urlLifetimeInSeconds: orNull(
    Type.Integer({ minimum: 60, maximum: 2_592_000, description: 'Lifetime of the link; default 432000 (5 days)' }),
  ),
  includeEmailInRedirect: Type.Optional(
    Type.Boolean({ description: 'Whether the address is added to resultUrl; default true' }),
  ),
  enabled: orNull(
    Type.Boolean({ description: 'False: mail of this kind is not sent, and the log tells of it; default true' }),
  ),
}

/** A mail template to create. */
export const NewEmailTemplate = Strict({
  template: Choice(email_template_names, 'Kind of mail'),
  ...properties,
})
export type NewEmailTemplate = Static<typeof NewEmailTemplate>

/** Changes to a mail template; null removes a property, which then has its default. */
export const EmailTemplateChange = Strict({
  template: Type.Optional(Choice(email_template_names, 'Kind of mail; as in the path')),
  ...properties,
})
export type EmailTemplateChange = Static<typeof EmailTemplateChange>

/** A mail template. */
export const EmailTemplate = Type.Object({ template: Type.String(), ...properties })
export type EmailTemplate = Static<typeof EmailTemplate>

const url = '/api/v2/email-templates'
const tag = 'email-templates'
const TemplateParams = Strict({ name: Choice(email_template_names, 'Kind of mail') })

const preview = {
  subject: Type.String(),
  html: Type.String(),
  text: Type.String({ description: 'Empty where the template has a body' }),
  from: Type.Optional(Type.String({ description: 'The sender that the template names' })),
  result_url: Type.Optional(Type.String()),
  frame: PreviewFrame,
}

/** Operations on mail templates. */
export const emailTemplateRoutes = {
  listEmailTemplates: {
    method: 'GET',
    url,
    scopes: ['read:email_templates'],
    tag,
    summary: 'List the kinds of mail',
    description: 'Ours. Without the texts themselves.',
    status: 200,
    response: Type.Object({
      own_texts_used: Type.Boolean({
        description:
          'Whether the subject, the body and the sender of templates are used: in the default tenant, and in those with an enabled mail service.',
      }),
      templates: Type.Array(
        Type.Object({
          template: Type.String(),
          is_sent: Type.Boolean({ description: 'Whether there is mail of this kind; the others are stored only.' }),
          is_stored: Type.Boolean({ description: 'Whether the tenant has a template of this kind.' }),
          has_own_text: Type.Boolean({ description: 'Whether it has a subject or a body.' }),
          enabled: Type.Boolean(),
          updated_at: Type.Optional(Timestamp('Last change')),
        }),
      ),
    }),
  },
  previewEmailTemplate: {
    method: 'POST',
    url: `${url}/:name/preview`,
    scopes: ['read:email_templates'],
    tag,
    summary: 'Preview a mail template',
    description:
      'Ours. Renders the template of the body, of which nothing is stored, with a sample user, and the text of the server where it has no subject or no body. A template that does not parse, or fails, is refused with its line.',
    status: 200,
    changes_nothing: true,
    params: TemplateParams,
    body: Strict({
      ...properties,
      language: Type.Optional(Choice([...languages], 'Language of the texts of the server; default `en`')),
    }),
    response: Type.Object(preview),
  },
  createEmailTemplate: {
    method: 'POST',
    url,
    scopes: ['create:email_templates'],
    tag,
    summary: 'Create a mail template',
    description:
      'Used in the place of the text that the server has in five languages. A template that does not parse, or fails with a sample user, is refused with its line.',
    status: 200,
    body: NewEmailTemplate,
    response: EmailTemplate,
  },
  getEmailTemplate: {
    method: 'GET',
    url: `${url}/:name`,
    scopes: ['read:email_templates'],
    tag,
    summary: 'Get a mail template',
    status: 200,
    params: TemplateParams,
    response: EmailTemplate,
  },
  replaceEmailTemplate: {
    method: 'PUT',
    url: `${url}/:name`,
    scopes: ['update:email_templates'],
    tag,
    summary: 'Replace a mail template',
    status: 200,
    params: TemplateParams,
    body: EmailTemplateChange,
    response: EmailTemplate,
  },
  updateEmailTemplate: {
    method: 'PATCH',
    url: `${url}/:name`,
    scopes: ['update:email_templates'],
    tag,
    summary: 'Update a mail template',
    status: 200,
    params: TemplateParams,
    body: EmailTemplateChange,
    response: EmailTemplate,
  },
} satisfies Record<string, Route>
