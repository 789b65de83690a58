import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { Choice, NoContent, Strict, Text, projection, type Route } from './route.ts'

/** The mail services that a tenant may use. Those other than `smtp` are reached through their SMTP servers. */
export const email_provider_names = ['smtp', 'sendgrid', 'mandrill', 'sparkpost', 'resend', 'ses'] as const

/** The name of a mail service. */
export type EmailProviderName = (typeof email_provider_names)[number]

const secret = (description: string) => Type.Optional(Text(512, description))

const Credentials = Strict(
  {
    smtp_host: Type.Optional(
      Type.String({ pattern: patterns.mail_host.pattern, description: 'Host; needed for smtp' }),
    ),
    smtp_port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: 'Port; 465 begins with TLS, others use STARTTLS' }),
    ),
    smtp_user: Type.Optional(Text(512, 'User name for smtp')),
    smtp_pass: secret('Password for smtp; never shown'),
    api_key: secret('API key for sendgrid, mandrill, sparkpost and resend; never shown'),
    accessKeyId: secret('Access key for ses; never shown'),
    secretAccessKey: secret('Secret of the access key for ses; never shown'),
    region: Type.Optional(
      Type.String({
        pattern: patterns.mail_region.pattern,
        description: 'AWS region for ses; `eu` for sparkpost in Europe',
      }),
    ),
  },
  'Credentials of the service',
)

const properties = {
  enabled: Type.Optional(Type.Boolean({ description: 'Whether it sends the mail of the tenant; default true' })),
  default_from_address: Type.Optional(
    Type.String({
      maxLength: 320,
      pattern: patterns.sender.pattern,
      description: 'Sender of mail whose template has none: an address, or `Name <address>`',
    }),
  ),
  settings: Type.Optional(Type.Unknown({ description: 'Stored and returned unchanged.' })),
}

/** A mail service to use. */
export const NewEmailProvider = Strict({
  ...properties,
  name: Choice(email_provider_names, 'Mail service'),
  credentials: Credentials,
})
export type NewEmailProvider = Static<typeof NewEmailProvider>

/** Changes to the mail service. `credentials` replaces the whole object. */
export const EmailProviderChange = Strict({
  ...properties,
  name: Type.Optional(Choice(email_provider_names, 'Mail service')),
  credentials: Type.Optional(Credentials),
})
export type EmailProviderChange = Static<typeof EmailProviderChange>

/** The mail service of a tenant, as the API shows it: without secrets. */
export const EmailProvider = Type.Object({
  name: Type.String(),
  enabled: Type.Boolean(),
  default_from_address: Type.Optional(Type.String()),
  credentials: Type.Object({
    smtp_host: Type.Optional(Type.String()),
    smtp_port: Type.Optional(Type.Integer()),
    smtp_user: Type.Optional(Type.String()),
    region: Type.Optional(Type.String()),
  }),
  settings: Type.Optional(Type.Unknown()),
})
export type EmailProvider = Static<typeof EmailProvider>

/** What sends the mail of a tenant. */
export const mail_senders = ['mail_service', 'operator', 'none'] as const

const url = '/api/v2/emails/provider'
const tag = 'emails'

/** Operations on the mail service of a tenant. */
export const emailProviderRoutes = {
  getMailDelivery: {
    method: 'GET',
    url: '/api/v2/emails/delivery',
    scopes: ['read:email_provider', 'update:users', 'update:people'],
    tag,
    summary: 'Get what sends the mail of the tenant',
    status: 200,
    response: Type.Object({
      sender: Choice(
        [...mail_senders],
        '`mail_service`: that of the tenant. `operator`: the mail server of the operator. `none`: no mail is sent, each stays in the outbox',
      ),
    }),
  },
  getEmailProvider: {
    method: 'GET',
    url,
    scopes: ['read:email_provider'],
    tag,
    summary: 'Get the mail service',
    status: 200,
    query: Strict({
      allow_missing: Type.Optional(Type.Boolean({ description: 'Ours: where there is none, answer 204 and not 404' })),
      ...projection,
    }),
    response: Type.Union([EmailProvider, Type.Null({ description: 'There is none: with `allow_missing` only.' })]),
  },
  createEmailProvider: {
    method: 'POST',
    url,
    scopes: ['create:email_provider'],
    tag,
    summary: 'Configure the mail service',
    description: "Sends the tenant's mail in the place of the server's own mail service.",
    status: 201,
    body: NewEmailProvider,
    response: EmailProvider,
  },
  updateEmailProvider: {
    method: 'PATCH',
    url,
    scopes: ['update:email_provider'],
    tag,
    summary: 'Update the mail service',
    status: 200,
    body: EmailProviderChange,
    response: EmailProvider,
  },
  testEmailProvider: {
    method: 'POST',
    url: `${url}/test`,
    scopes: ['update:email_provider'],
    tag,
    summary: 'Send a test mail with the mail service',
    description:
      'Ours. Sends a fixed text at once, also while the service is off, and answers what the mail server said. Nothing is kept in the outbox, and nothing is repeated. Two run at once for a tenant.',
    status: 200,
    body: Strict({ to: Type.String({ maxLength: 320, pattern: patterns.email.pattern, description: 'Recipient' }) }),
    response: Type.Object({
      is_sent: Type.Boolean({ description: 'Whether the mail server accepted it.' }),
      error: Type.Optional(Type.String({ description: 'Why it was not sent.' })),
      server_text: Type.Optional(
        Type.String({ description: 'What the mail server answered: at most 500 characters.' }),
      ),
      duration_ms: Type.Integer({ description: 'Milliseconds until it was sent or failed.' }),
    }),
  },
  deleteEmailProvider: {
    method: 'DELETE',
    url,
    scopes: ['delete:email_provider'],
    tag,
    summary: 'Remove the mail service',
    description: "The server's own mail service sends the tenant's mail then, or it is kept in the outbox.",
    status: 204,
    response: NoContent,
  },
} satisfies Record<string, Route>
