import { Type, type Static } from 'typebox'
import { IdParams, Timestamp, Strict, checkpointPaging, type Route } from './route.ts'

/** A mail in the outbox. It may contain a link that gives access to a user, so that only owners may read it. */
export const OutboxMessage = Type.Object({
  id: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  text: Type.String(),
  html: Type.String(),
  status: Type.String({ description: '`kept` (no mail server), `waiting`, `sent` or `failed`.' }),
  attempts: Type.Integer({ description: 'How often delivery was tried.' }),
  last_error: Type.Optional(Type.String({ description: 'Last error of the delivery.' })),
  created_at: Timestamp('When it was written.'),
  expires_at: Timestamp('When its link expires and the message is purged.'),
})
export type OutboxMessage = Static<typeof OutboxMessage>

/** Operations on the outbox. */
export const outboxRoutes = {
  listOutbox: {
    method: 'GET',
    url: '/api/v2/outbox',
    scopes: ['read:outbox'],
    tag: 'outbox',
    summary: 'List mail, newest first',
    description: 'An array; with `take` or `from`, an object with the next checkpoint.',
    status: 200,
    query: Strict({ ...checkpointPaging }),
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
    summary: 'Get a mail',
    status: 200,
    params: IdParams,
    response: OutboxMessage,
  },
} satisfies Record<string, Route>
