import { Type, type Static } from 'typebox'
import { IdParams, NoContent, Strict, Timestamp, checkpointPaging, type Route } from './route.ts'

/** A refresh token of a user with all that replaced it, as the API shows it: the token itself is never shown. */
export const RefreshToken = Type.Object({
  id: Type.String({ description: '`rtf_…`. It stays the same when the token is rotated.' }),
  user_id: Type.String(),
  client_id: Type.String(),
  client_name: Type.Optional(Type.String({ description: 'Ours: name of the client.' })),
  connection: Type.Optional(Type.String({ description: 'Ours: name of the connection of the login.' })),
  session_id: Type.Optional(Type.String({ description: 'The browser session of the login; it may have ended.' })),
  created_at: Timestamp('When the user logged in.'),
  expires_at: Type.Optional(Timestamp('When the token ends unless it is used before; absent where it never does.')),
  last_exchanged_at: Type.Optional(Timestamp('When it was last used.')),
  resource_servers: Type.Array(
    Type.Object({
      audience: Type.Optional(Type.String({ description: 'Absent where the token is for the user profile alone.' })),
      scopes: Type.String({ description: 'Separated by spaces.' }),
    }),
  ),
})
export type RefreshToken = Static<typeof RefreshToken>

const revoked = 'The client has to log the user in again. Access tokens stay valid until they expire.'

/** Operations on the refresh tokens of users. */
export const refreshTokenRoutes = {
  listUserRefreshTokens: {
    method: 'GET',
    url: '/api/v2/users/:id/refresh-tokens',
    scopes: ['read:refresh_tokens'],
    tag: 'users',
    summary: "List a user's refresh tokens",
    description: 'The newest login first. Tokens that were revoked or have expired are not listed.',
    status: 200,
    params: IdParams,
    query: Strict({
      ...checkpointPaging,
      include_totals: Type.Optional(Type.Boolean({ description: 'Accepted; the list is not counted' })),
    }),
    response: Type.Object({ tokens: Type.Array(RefreshToken), next: Type.Optional(Type.String()) }),
  },
  deleteUserRefreshTokens: {
    method: 'DELETE',
    url: '/api/v2/users/:id/refresh-tokens',
    scopes: ['delete:refresh_tokens'],
    tag: 'users',
    summary: 'Revoke all refresh tokens of a user',
    description: revoked,
    status: 202,
    params: IdParams,
    response: NoContent,
  },
  getRefreshToken: {
    method: 'GET',
    url: '/api/v2/refresh-tokens/:id',
    scopes: ['read:refresh_tokens'],
    tag: 'refresh-tokens',
    summary: 'Get a refresh token',
    status: 200,
    params: IdParams,
    response: RefreshToken,
  },
  deleteRefreshToken: {
    method: 'DELETE',
    url: '/api/v2/refresh-tokens/:id',
    scopes: ['delete:refresh_tokens'],
    tag: 'refresh-tokens',
    summary: 'Revoke a refresh token',
    description: revoked,
    status: 202,
    params: IdParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
