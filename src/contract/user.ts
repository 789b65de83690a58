import { Type, type Static } from 'typebox'
import { UserIdentity } from './identity.ts'
import { patterns } from './patterns.ts'
import {
  checkpointPaging,
  AnyObject,
  HttpUrl,
  IdParams,
  List,
  Timestamp,
  NoContent,
  Strict,
  Text,
  Choice,
  offsetPaging,
  projection,
  type Route,
} from './route.ts'

const email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: patterns.email.pattern,
  description: "The user's e-mail address",
})
const phone = Type.String({ pattern: patterns.phone_number.pattern, description: "The user's phone number (E.164)" })
const username = Text(128, "The user's username")
const password = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'Password, at most 1,024 bytes in UTF-8',
})
const picture = HttpUrl("Address of the user's picture")
const named = (max: number, what: string) => Text(max, `The user's ${what}`)
const orNull = <T extends ReturnType<typeof Type.String>>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))

/** The ways in which users come here. */
const arrivals = ['login', 'reset', 'import', 'signup', 'api', 'legacy_mode'] as const

/** A user, as the API shows one. Unset attributes are absent. Scripts may have set further root attributes. */
export const User = Type.Object(
  {
    user_id: Type.String({ description: '`auth0|<bare id>`.' }),
    email: Type.Optional(Type.String()),
    email_verified: Type.Optional(Type.Boolean()),
    username: Type.Optional(Type.String()),
    phone_number: Type.Optional(Type.String()),
    phone_verified: Type.Optional(Type.Boolean()),
    name: Type.Optional(Type.String()),
    nickname: Type.Optional(Type.String()),
    given_name: Type.Optional(Type.String()),
    family_name: Type.Optional(Type.String()),
    picture: Type.Optional(
      Type.String({
        description:
          "Address of the user's picture; without one of the user's own, the Gravatar of the e-mail address, which searches do not find.",
      }),
    ),
    blocked: Type.Optional(Type.Boolean()),
    legacy_blocked: Type.Optional(
      Type.Boolean({ description: 'True for a user whom the legacy store blocked at the last login in legacy mode.' }),
    ),
    user_metadata: Type.Optional(AnyObject('Metadata that the user may change.')),
    app_metadata: Type.Optional(AnyObject('Metadata that only the tenant may change.')),
    identities: Type.Array(UserIdentity),
    created_at: Timestamp('When the user was created.'),
    updated_at: Timestamp('When the user last changed.'),
    last_login: Type.Optional(Timestamp('The last login.')),
    last_ip: Type.Optional(Type.String({ description: 'Address of the last login.' })),
    logins_count: Type.Optional(Type.Integer()),
    last_password_reset: Type.Optional(Timestamp('When the password last changed.')),
    arrived_through: Type.Optional(
      Type.String({
        description:
          'Ours: how the user came here: `login` or `reset` (moved), `import`, `signup`, `api`, or `legacy_mode` (cached).',
      }),
    ),
    arrived_at: Type.Optional(Timestamp('Ours: when.')),
  },
  { description: 'A user; scripts may have set further members.' },
)
export type User = Static<typeof User>

const metadata = {
  user_metadata: Type.Optional(AnyObject('Metadata that the user may read and change')),
  app_metadata: Type.Optional(AnyObject('Metadata that only the tenant may change')),
}

/** A user to create. */
export const NewUser = Strict({
  connection: Text(128, 'Name of the connection that the user belongs to'),
  email: Type.Optional(email),
  phone_number: Type.Optional(phone),
  username: Type.Optional(username),
  password: Type.Optional(password),
  user_id: Type.Optional(
    Type.String({
      maxLength: 255,
      pattern: patterns.bare_user_id.pattern,
      description: 'The bare id to take; the user gets auth0|<user_id>',
    }),
  ),
  email_verified: Type.Optional(Type.Boolean({ description: 'Whether the address is verified' })),
  phone_verified: Type.Optional(Type.Boolean({ description: 'Whether the number is verified' })),
  verify_email: Type.Optional(Type.Boolean({ description: 'Whether to mail a verification link' })),
  blocked: Type.Optional(Type.Boolean({ description: 'Whether the user may not log in' })),
  given_name: Type.Optional(named(150, 'given name')),
  family_name: Type.Optional(named(150, 'family name')),
  name: Type.Optional(named(300, 'full name')),
  nickname: Type.Optional(named(300, 'nickname')),
  picture: Type.Optional(picture),
  ...metadata,
})
export type NewUser = Static<typeof NewUser>

/** Changes to a user. Null unsets an attribute. */
export const UserChange = Strict({
  email: orNull(email),
  phone_number: orNull(phone),
  username: orNull(username),
  password: Type.Optional(password),
  email_verified: Type.Optional(Type.Boolean({ description: 'Whether the address is verified' })),
  phone_verified: Type.Optional(Type.Boolean({ description: 'Whether the number is verified' })),
  verify_email: Type.Optional(Type.Boolean({ description: 'Whether to mail a verification link' })),
  verify_phone_number: Type.Optional(Type.Boolean({ description: 'Accepted; no text message is sent' })),
  blocked: Type.Optional(Type.Boolean({ description: 'Whether the user may not log in' })),
  given_name: orNull(named(150, 'given name')),
  family_name: orNull(named(150, 'family name')),
  name: orNull(named(300, 'full name')),
  nickname: orNull(named(300, 'nickname')),
  picture: orNull(picture),
  user_metadata: Type.Optional(
    Type.Union([AnyObject('Merged at the first level; a member that is null is removed'), Type.Null()]),
  ),
  app_metadata: Type.Optional(
    Type.Union([AnyObject('Merged at the first level; a member that is null is removed'), Type.Null()]),
  ),
  connection: Type.Optional(Text(128, 'Name of the connection whose identity changes')),
  client_id: Type.Optional(Text(128, 'Client whose name the verification mail shows')),
})
export type UserChange = Static<typeof UserChange>

const search = {
  q: Type.Optional(
    Type.String({
      maxLength: 2000,
      description: 'Query in Lucene syntax: at most 2,000 characters, 50 terms and 10 levels of parentheses',
    }),
  ),
  search_engine: Type.Optional(Choice(['v1', 'v2', 'v3'], 'Only v3')),
}

/** Operations on users. */
export const userRoutes = {
  listUsers: {
    method: 'GET',
    url: '/api/v2/users',
    scopes: ['read:users'],
    tag: 'users',
    summary: 'List or search users',
    description:
      'Search by Lucene syntax: fields, "phrases", wildcards (before or within a term beside at least 3 other characters; not in user_metadata), [ranges} (not in user_metadata), _exists_, AND, OR, NOT and parentheses. Values are case-sensitive, except email, name, given_name, family_name and nickname. Unknown fields match nothing. `page` reaches the first 1,000 users, `from` and `take` (ours) all of them, in the same time each; there `total` counts up to 10,000 of the users that a search finds.',
    status: 200,
    list: 'users',
    query: Strict({
      ...offsetPaging,
      ...checkpointPaging,
      ...projection,
      ...search,
      sort: Type.Optional(
        Type.String({
          pattern: patterns.user_sort.pattern,
          description: '`field:1` or `field:-1`; default created_at:1',
        }),
      ),
      connection: Type.Optional(Text(128, 'Name of a connection: only its users')),
      arrived_through: Type.Optional(
        Choice(
          arrivals,
          'Ours: only users who came here in this way. Without `q`, `total` counts up to 10,000 of them',
        ),
      ),
      primary_order: Type.Optional(Type.Boolean({ description: 'Accepted; identities are in their own order' })),
    }),
    response: List('users', User),
  },
  createUser: {
    method: 'POST',
    url: '/api/v2/users',
    scopes: ['create:users'],
    tag: 'users',
    summary: 'Create a user',
    description:
      'On a connection in import mode the `get_user` script runs first: a user whom it finds exists already.',
    status: 201,
    body: NewUser,
    response: User,
  },
  getUser: {
    method: 'GET',
    url: '/api/v2/users/:id',
    scopes: ['read:users'],
    tag: 'users',
    summary: 'Get a user',
    status: 200,
    params: IdParams,
    query: Strict({ ...projection }),
    response: User,
  },
  updateUser: {
    method: 'PATCH',
    url: '/api/v2/users/:id',
    scopes: ['update:users', 'update:users_app_metadata'],
    tag: 'users',
    summary: 'Update a user',
    description:
      'Metadata is merged at the first level. A password ends the sessions, the refresh tokens, and the open links and codes for another one. update:users_app_metadata alone permits app_metadata and nothing else.',
    status: 200,
    params: IdParams,
    body: UserChange,
    response: User,
  },
  deleteUser: {
    method: 'DELETE',
    url: '/api/v2/users/:id',
    scopes: ['delete:users'],
    tag: 'users',
    summary: 'Delete a user',
    description:
      'A user who moved leaves a tombstone, so that a login does not create the user again. On a connection in legacy mode the `delete` script runs first; where it fails, the user stays. Unknown ids get the same answer.',
    status: 204,
    params: IdParams,
    query: Strict({
      local_only: Type.Optional(
        Type.Boolean({
          description:
            'Delete the user here only: `delete` does not run, and the user leaves a tombstone. Of admins, owners may.',
        }),
      ),
    }),
    response: NoContent,
  },
  listUsersByEmail: {
    method: 'GET',
    url: '/api/v2/users-by-email',
    scopes: ['read:users'],
    tag: 'users',
    summary: 'List the users with an e-mail address',
    status: 200,
    query: Strict({ ...projection, email: Text(254, 'Address; letter case is ignored') }),
    response: Type.Array(User),
  },
} satisfies Record<string, Route>
