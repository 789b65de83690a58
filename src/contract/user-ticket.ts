import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { HttpUrl, Strict, Text, type Route } from './route.ts'

const result_url = HttpUrl('URL that the browser is redirected to at the end, with `success`, `message` and `code`')
/** The identity of a user that a link is for. */
export const ticketIdentity = Strict(
  {
    user_id: Text(255, 'The bare id, without the strategy'),
    provider: Type.Literal('auth0', { description: 'The strategy' }),
    connection_id: Type.Optional(Text(128, 'Id of the connection')),
  },
  'The identity of the user that the link is for',
)
const common = {
  result_url: Type.Optional(result_url),
  client_id: Type.Optional(Text(128, 'Client that the link is created for; the log event names it')),
  ttl_sec: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 31_536_000,
      description: 'Seconds until the link expires; 0 or absent: 5 days',
    }),
  ),
  includeEmailInRedirect: Type.Optional(Type.Boolean({ description: 'Whether `email` is added to `result_url`' })),
  identity: Type.Optional(ticketIdentity),
}

/** Input for creating a password-change link: for `user_id`, or for `connection_id` and `email`. */
export const PasswordChangeTicket = Strict({
  user_id: Type.Optional(Text(1024, 'The user')),
  connection_id: Type.Optional(Text(128, 'Id of the connection in which `email` is looked up; needs `email`')),
  email: Type.Optional(
    Type.String({
      maxLength: 254,
      pattern: patterns.email.pattern,
      description: 'E-mail address; in import mode also of a user who has not moved. Needs `connection_id`',
    }),
  ),
  mark_email_as_verified: Type.Optional(Type.Boolean({ description: 'Whether using the link verifies the address' })),
  ...common,
})
export type PasswordChangeTicket = Static<typeof PasswordChangeTicket>

/** Input for creating a link that verifies an e-mail address. */
export const EmailVerificationTicket = Strict({ user_id: Text(1024, 'The user'), ...common })
export type EmailVerificationTicket = Static<typeof EmailVerificationTicket>

const CreatedTicket = Type.Object({
  ticket: Type.String({ description: 'The link. It gives access to the user: send it to no other person.' }),
})

/** Operations on tickets, the links that are mailed to users. */
export const userTicketRoutes = {
  createPasswordChangeTicket: {
    method: 'POST',
    url: '/api/v2/tickets/password-change',
    scopes: ['create:user_tickets'],
    tag: 'tickets',
    summary: 'Create a link for a new password',
    description:
      'No mail is sent. For a user who has not moved, the `get_user` script runs now and when the link is used, and the user is created with the new password then. The link also ends with each change of the password.',
    status: 201,
    body: PasswordChangeTicket,
    response: CreatedTicket,
  },
  createEmailVerificationTicket: {
    method: 'POST',
    url: '/api/v2/tickets/email-verification',
    scopes: ['create:user_tickets'],
    tag: 'tickets',
    summary: 'Create a link that verifies an e-mail address',
    description: 'No mail is sent.',
    status: 201,
    body: EmailVerificationTicket,
    response: CreatedTicket,
  },
} satisfies Record<string, Route>
