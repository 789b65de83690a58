import { Type, type Static } from 'typebox'
import { IdParams, Timestamp, Strict, checkpointPaging, type Route } from './route.ts'

/** A mail or text message in the outbox. It may contain a link or a code that gives access to a user, so that only owners may read it. */
export const OutboxMessage = Type.Object({
  id: Type.String(),
  channel: Type.String({ description: '`mail` or `text`.' }),
  to: Type.String({ description: 'An e-mail address, or a phone number in E.164.' }),
  subject: Type.String(),
  text: Type.Optional(Type.String()),
  html: Type.Optional(Type.String()),
  status: Type.String({ description: '`kept` (no mail server or webhook), `waiting`, `sent` or `failed`.' }),
  attempts: Type.Integer({ description: 'How often delivery was tried.' }),
  last_error: Type.Optional(Type.String({ description: 'Last error of the delivery.' })),
  created_at: Timestamp('When it was written.'),
  expires_at: Timestamp('When its link or code expires and the message is purged.'),
})
export type OutboxMessage = Static<typeof OutboxMessage>

const content = {
  include_content: Type.Optional(
    Type.Boolean({
      description:
        'Ours: false leaves `text` and `html` out, which hold links and codes; default true. What an admin reads with them is a log event.',
    }),
  ),
}

/** Operations on the outbox. */
export const outboxRoutes = {
  listOutbox: {
    method: 'GET',
    url: '/api/v2/outbox',
    scopes: ['read:outbox'],
    tag: 'outbox',
    summary: 'List mails and text messages, newest first',
    description:
      'An array; with `take` or `from`, an object with the next checkpoint. Invitations of admins are not among them: only their recipients read the links.',
    status: 200,
    query: Strict({ ...content, ...checkpointPaging }),
    admins_logged_unless: 'include_content',
    response: Type.Union([
      Type.Array(OutboxMessage),
      Type.Object({ messages: Type.Array(OutboxMessage), next: Type.Optional(Type.String()) }),
    ]),
  },
  getOutboxMessage: {
    method: 'GET',
    url: '/api/v2/outbox/:id',
    scopes: ['read:outbox'],
    tag: 'outbox',
    summary: 'Get a mail or text message',
    status: 200,
    params: IdParams,
    query: Strict(content),
    admins_logged_unless: 'include_content',
    response: OutboxMessage,
  },
} satisfies Record<string, Route>
