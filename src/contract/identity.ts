import { Type, type Static } from 'typebox'
import { IdParams, Strict, Text, type Route } from './route.ts'

/** An identity of a user in a connection, as the API shows it. */
export const UserIdentity = Type.Object({
  connection: Type.String({ description: 'Name of the connection.' }),
  user_id: Type.String({ description: 'The bare id, without the strategy.' }),
  provider: Type.String({ description: 'The strategy: `auth0` for a database connection.' }),
  isSocial: Type.Boolean(),
  profileData: Type.Optional(
    Type.Object(
      {
        email: Type.Optional(Type.String()),
        email_verified: Type.Optional(Type.Boolean()),
        username: Type.Optional(Type.String()),
        phone_number: Type.Optional(Type.String()),
        phone_verified: Type.Optional(Type.Boolean()),
        name: Type.Optional(Type.String()),
        nickname: Type.Optional(Type.String()),
        given_name: Type.Optional(Type.String()),
        family_name: Type.Optional(Type.String()),
        picture: Type.Optional(Type.String()),
      },
      { description: 'The profile of an identity that was linked to the user; the main one has none.' },
    ),
  ),
})

export type UserIdentity = Static<typeof UserIdentity>

/** An identity to link to a user: that of another user, by its id or by an ID token of that user. */
export const NewIdentity = Strict({
  provider: Type.Optional(Text(128, 'The strategy of the identity: `auth0`')),
  user_id: Type.Optional(
    Type.Union([Text(1024, 'The id of the other user, with or without `auth0|`'), Type.Integer()]),
  ),
  connection_id: Type.Optional(Text(128, 'Id of the connection of the identity')),
  link_with: Type.Optional(
    Text(8192, 'An ID token of the other user (RS256), issued to the client that the access token was issued to'),
  ),
})

/** Operations on the identities of users. */
export const identityRoutes = {
  linkIdentity: {
    method: 'POST',
    url: '/api/v2/users/:id/identities',
    scopes: ['update:users'],
    current_user: ['update:current_user_identities'],
    tag: 'users',
    summary: 'Link another user to a user',
    description:
      "The other user is none any more: its identity belongs to this user, and a login by it logs this user in. Its profile is kept with the identity, its metadata is not merged, and its sessions and refresh tokens end. A user's own access token links by `link_with` only.",
    status: 201,
    params: IdParams,
    body: NewIdentity,
    response: Type.Array(UserIdentity),
  },
  unlinkIdentity: {
    method: 'DELETE',
    url: '/api/v2/users/:id/identities/:provider/:user_id',
    scopes: ['update:users'],
    current_user: ['update:current_user_identities'],
    tag: 'users',
    summary: 'Unlink an identity from a user',
    description:
      'The identity is a user of its own again, as it was before. The sessions and refresh tokens of this user end, because logins by the identity may have given them.',
    status: 200,
    params: Strict({
      id: Text(1024, 'Id, percent-encoded'),
      provider: Text(128, 'The strategy of the identity'),
      user_id: Text(
        1024,
        'The id of the identity, with or without `auth0|`. The ids `.` and `..` need it (`auth0%7C..`): clients and proxies take a path with such a segment for another one.',
      ),
    }),
    response: Type.Array(UserIdentity),
  },
} satisfies Record<string, Route>
