import { Type, type Static } from 'typebox'
import { ConnectionOptions } from './connection-options.ts'
import { patterns } from './patterns.ts'
import {
  IdParams,
  List,
  Timestamp,
  NoContent,
  Strict,
  Text,
  Choice,
  checkpointPaging,
  offsetPaging,
  projection,
  type Route,
} from './route.ts'

const flag = (description: string) => Type.Optional(Type.Boolean({ description }))
const properties = {
  display_name: Type.Optional(Text(128, 'Display name')),
  options: Type.Optional(ConnectionOptions),
  realms: Type.Optional(
    Type.Array(Text(128, 'Realm'), {
      maxItems: 50,
      description: "Realms that a login may name; default: the connection's name",
    }),
  ),
  is_domain_connection: flag('Kept'),
  show_as_button: flag('Kept'),
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 255 }), Type.Null()]), {
      maxProperties: 10,
      description: 'Up to ten texts; null removes one',
    }),
  ),
  authentication: Type.Optional(Strict({ active: Type.Boolean() }, 'Kept')),
  connected_accounts: Type.Optional(Type.Unknown({ description: 'Kept' })),
  cross_app_access_requesting_app: Type.Optional(Type.Unknown({ description: 'Kept' })),
  cross_app_access_resource_app: Type.Optional(Type.Unknown({ description: 'Kept' })),
}
const clients = Type.Array(Text(128, 'client_id'), { maxItems: 1000, description: 'Clients that may use it' })

/** A connection to create. */
export const NewConnection = Strict({
  ...properties,
  name: Type.String({
    minLength: 1,
    maxLength: 128,
    pattern: patterns.connection_name.pattern,
    description: 'Name; never changes',
  }),
  strategy: Choice(['auth0'], 'Kind of connection: a database'),
  enabled_clients: Type.Optional(clients),
})
export type NewConnection = Static<typeof NewConnection>

/** Changes to a connection. `options` replaces the whole object. */
export const ConnectionChange = Strict({
  ...properties,
  enabled_clients: Type.Optional(Type.Union([clients, Type.Null()])),
})
export type ConnectionChange = Static<typeof ConnectionChange>

/** A connection, as the API shows one. Values of `options.configuration` are sealed. */
export const Connection = Type.Object({
  ...properties,
  id: Type.String(),
  name: Type.String(),
  strategy: Type.String(),
  options: ConnectionOptions,
  realms: Type.Array(Type.String()),
  enabled_clients: Type.Array(Type.String()),
})
export type Connection = Static<typeof Connection>

/** The warnings about scripts that were saved. */
export const ScriptWarnings = Type.Optional(
  Type.Array(
    Type.Object({
      script: Type.String({ description: 'Which action script, such as `login`.' }),
      message: Type.String({ description: 'What will probably fail when it runs.' }),
      line: Type.Optional(Type.Integer({ description: 'The line in its source, from 1.' })),
    }),
    {
      description:
        'Ours: absent when there is nothing to report. The new or changed scripts were read and their top level was run once, without configuration and network. The script log has the same lines.',
    },
  ),
)

/** A saved connection, with the warnings about its new scripts. */
export const SavedConnection = Type.Object({ ...Connection.properties, script_warnings: ScriptWarnings })
export type SavedConnection = Static<typeof SavedConnection>
/** A warning about a script that was saved. */
export type ScriptWarning = NonNullable<SavedConnection['script_warnings']>[number]

/** Default options of a new connection. */
export const newConnectionOptions = {
  mfa: { active: true, return_enroll_settings: true },
  passwordPolicy: 'good',
  strategy_version: 2,
  authentication_methods: { password: { enabled: true }, passkey: { enabled: false } },
  passkey_options: { challenge_ui: 'both', progressive_enrollment_enabled: true, local_enrollment_enabled: true },
  brute_force_protection: true,
} satisfies ConnectionOptions

const connectionScopes = ['read:connections']

/** Operations on connections. */
export const connectionRoutes = {
  listConnections: {
    method: 'GET',
    url: '/api/v2/connections',
    scopes: connectionScopes,
    tag: 'connections',
    summary: 'List connections',
    status: 200,
    list: 'connections',
    query: Strict({
      ...offsetPaging,
      ...checkpointPaging,
      ...projection,
      strategy: Type.Optional(Type.Array(Text(100, 'Strategy'), { maxItems: 100, description: 'Only of these kinds' })),
      name: Type.Optional(Text(128, 'Only the one with this name')),
      domain_alias: Type.Optional(Text(255, 'Accepted; database connections have none')),
      q: Type.Optional(
        Text(128, 'Ours: only those with this text in their name or display name in any letter case, or with this id'),
      ),
    }),
    response: List('connections', Connection),
  },
  createConnection: {
    method: 'POST',
    url: '/api/v2/connections',
    scopes: ['create:connections'],
    tag: 'connections',
    summary: 'Create a connection',
    description: 'A script with a syntax error is refused with its line; for other problems see `script_warnings`.',
    status: 201,
    body: NewConnection,
    response: SavedConnection,
  },
  getConnection: {
    method: 'GET',
    url: '/api/v2/connections/:id',
    scopes: connectionScopes,
    tag: 'connections',
    summary: 'Get a connection',
    status: 200,
    params: IdParams,
    query: Strict({ ...projection }),
    response: Connection,
  },
  updateConnection: {
    method: 'PATCH',
    url: '/api/v2/connections/:id',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Update a connection',
    description:
      '`options` replaces the whole object. A sealed configuration value that is sent back means "unchanged". Scripts are checked as at creation.',
    status: 200,
    params: IdParams,
    query: Strict({ force: flag('Turn import mode off although users have moved') }),
    body: ConnectionChange,
    response: SavedConnection,
  },
  deleteConnection: {
    method: 'DELETE',
    url: '/api/v2/connections/:id',
    scopes: ['delete:connections'],
    tag: 'connections',
    summary: 'Delete a connection and its users',
    status: 202,
    params: IdParams,
    description: 'An unknown id answers 204.',
    response: Type.Union([Type.Object({ deleted_at: Timestamp('When it was deleted.') }), NoContent]),
  },
  deleteConnectionUser: {
    method: 'DELETE',
    url: '/api/v2/connections/:id/users',
    scopes: ['delete:users'],
    tag: 'connections',
    summary: "Delete a connection's user by e-mail address",
    status: 204,
    params: IdParams,
    query: Strict({
      email: Type.String({ maxLength: 254, pattern: patterns.email.pattern, description: 'Address of the user' }),
    }),
    response: NoContent,
  },
  getConnectionStatus: {
    method: 'GET',
    url: '/api/v2/connections/:id/status',
    scopes: connectionScopes,
    tag: 'connections',
    summary: 'Check whether a connection can be used',
    description:
      'Answers 404 while the recent logins say that the legacy store cannot be used: see /api/v2/migrations/{connection_id}.',
    status: 200,
    params: IdParams,
    response: Type.Object({
      status: Type.String({ description: '`ok`, `degraded` (some logins failed), or `idle` (no recent login).' }),
    }),
  },
  listConnectionClients: {
    method: 'GET',
    url: '/api/v2/connections/:id/clients',
    scopes: connectionScopes,
    tag: 'connections',
    summary: 'List the clients that may use a connection',
    status: 200,
    params: IdParams,
    query: Strict({ ...checkpointPaging }),
    response: Type.Object({
      clients: Type.Array(Type.Object({ client_id: Type.String() })),
      next: Type.Optional(Type.String()),
    }),
  },
  updateConnectionClients: {
    method: 'PATCH',
    url: '/api/v2/connections/:id/clients',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Enable or disable a connection for clients',
    status: 204,
    params: IdParams,
    body: Type.Array(
      Strict({ client_id: Text(128, 'The client'), status: Type.Boolean({ description: 'May use it' }) }),
      {
        minItems: 1,
        maxItems: 1000,
      },
    ),
    response: NoContent,
  },
  listClientConnections: {
    method: 'GET',
    url: '/api/v2/clients/:id/connections',
    scopes: connectionScopes,
    tag: 'clients',
    summary: 'List the connections that a client may use',
    status: 200,
    list: 'connections',
    params: IdParams,
    query: Strict({
      ...checkpointPaging,
      ...projection,
      strategy: Type.Optional(Type.Array(Text(100, 'Strategy'), { maxItems: 100, description: 'Only of these kinds' })),
    }),
    response: Type.Object({ connections: Type.Array(Connection), next: Type.Optional(Type.String()) }),
  },
} satisfies Record<string, Route>
