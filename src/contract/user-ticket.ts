import { Type, type Static } from 'typebox'
import { emailPattern, urlPattern } from './patterns.ts'
import { Strict, Text, type Route } from './route.ts'

const result_url = Type.String({
  maxLength: 2048,
  pattern: urlPattern,
  description: 'Where the browser is led in the end, with `success`, `message` and `code`',
})
const identity = Strict(
  {
    user_id: Text(255, 'The bare id, without the strategy'),
    provider: Type.Literal('auth0', { description: 'The strategy' }),
    connection_id: Type.Optional(Text(128, 'Id of the connection')),
  },
  'Which of the user’s identities is meant',
)
const common = {
  result_url: Type.Optional(result_url),
  client_id: Type.Optional(Text(128, 'Client that the link is made for; the log tells it')),
  ttl_sec: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 31_536_000, description: 'Seconds until the link ends; 0 or absent: 5 days' }),
  ),
  includeEmailInRedirect: Type.Optional(Type.Boolean({ description: 'Whether `result_url` is given `email`' })),
  identity: Type.Optional(identity),
}

/** A link for a new password, to be made: for `user_id`, or for `connection_id` and `email`. */
export const PasswordChangeTicket = Strict({
  user_id: Type.Optional(Text(1024, 'The user')),
  connection_id: Type.Optional(Text(128, 'Id of the connection in which `email` is looked up; needs `email`')),
  email: Type.Optional(
    Type.String({
      maxLength: 254,
      pattern: emailPattern,
      description: 'E-mail address; in import mode also of a person who has not moved. Needs `connection_id`',
    }),
  ),
  mark_email_as_verified: Type.Optional(Type.Boolean({ description: 'Whether using the link proves the address' })),
  ...common,
})
export type PasswordChangeTicket = Static<typeof PasswordChangeTicket>

/** A link that proves an address, to be made. */
export const EmailVerificationTicket = Strict({ user_id: Text(1024, 'The user'), ...common })
export type EmailVerificationTicket = Static<typeof EmailVerificationTicket>

const Made = Type.Object({
  ticket: Type.String({ description: 'The link. It opens the user: hand it to nobody else.' }),
})

/** Operations on tickets: links that a user follows. */
export const userTicketRoutes = {
  createPasswordChangeTicket: {
    method: 'POST',
    url: '/api/v2/tickets/password-change',
    scopes: ['create:user_tickets'],
    tag: 'tickets',
    summary: 'Create a link for a new password',
    description:
      'Nothing is mailed. For a person who has not moved, `get_user` is asked now and again when the link is used, and the user is created with the new password then.',
    status: 201,
    body: PasswordChangeTicket,
    response: Made,
  },
  createEmailVerificationTicket: {
    method: 'POST',
    url: '/api/v2/tickets/email-verification',
    scopes: ['create:user_tickets'],
    tag: 'tickets',
    summary: 'Create a link that verifies an e-mail address',
    description: 'Nothing is mailed.',
    status: 201,
    body: EmailVerificationTicket,
    response: Made,
  },
} satisfies Record<string, Route>
