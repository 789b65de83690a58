import { Type, type Static } from 'typebox'
import { IdParams, NoContent, Strict, Timestamp, checkpointPaging, type Route } from './route.ts'

/** A browser session of a user, as the API shows it. */
export const Session = Type.Object({
  id: Type.String({ description: '`ses_…`.' }),
  user_id: Type.String(),
  connection: Type.Optional(Type.String({ description: 'Ours: name of the connection of the login.' })),
  created_at: Timestamp('When the user logged in.'),
  authenticated_at: Timestamp('When the user proved a password.'),
  idle_expires_at: Timestamp('When the session ends unless it is used before.'),
  expires_at: Timestamp('When it ends in any case.'),
  device: Type.Object(
    {
      initial_ip: Type.Optional(Type.String({ description: 'Address of the login.' })),
      initial_user_agent: Type.Optional(Type.String({ description: 'User-Agent header of the login.' })),
    },
    { description: 'Where the user logged in. Empty for a session that is older than this member.' },
  ),
  authentication: Type.Object({
    methods: Type.Array(
      Type.Object({ name: Type.String({ description: '`pwd`: a password.' }), timestamp: Timestamp('When.') }),
    ),
  }),
})
export type Session = Static<typeof Session>

const ended =
  'The browser has to log in again; authorization codes of the session end with it. Refresh tokens and access tokens stay valid.'

/** Operations on the browser sessions of users. */
export const sessionRoutes = {
  listUserSessions: {
    method: 'GET',
    url: '/api/v2/users/:id/sessions',
    scopes: ['read:sessions'],
    tag: 'users',
    summary: "List a user's sessions",
    description: 'The newest login first. Sessions that have ended are not listed.',
    status: 200,
    params: IdParams,
    query: Strict({
      ...checkpointPaging,
      include_totals: Type.Optional(Type.Boolean({ description: 'Accepted; the list is not counted' })),
    }),
    response: Type.Object({ sessions: Type.Array(Session), next: Type.Optional(Type.String()) }),
  },
  deleteUserSessions: {
    method: 'DELETE',
    url: '/api/v2/users/:id/sessions',
    scopes: ['delete:sessions'],
    tag: 'users',
    summary: 'End all sessions of a user',
    description: ended,
    status: 202,
    params: IdParams,
    response: NoContent,
  },
  getSession: {
    method: 'GET',
    url: '/api/v2/sessions/:id',
    scopes: ['read:sessions'],
    tag: 'sessions',
    summary: 'Get a session',
    status: 200,
    params: IdParams,
    response: Session,
  },
  deleteSession: {
    method: 'DELETE',
    url: '/api/v2/sessions/:id',
    scopes: ['delete:sessions'],
    tag: 'sessions',
    summary: 'End a session',
    description: ended,
    status: 202,
    params: IdParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
