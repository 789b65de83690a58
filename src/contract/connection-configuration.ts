import { Type, type Static } from 'typebox'
import { configuration_value_max } from './connection-options.ts'
import { patterns } from './patterns.ts'
import { Choice, IdParams, Strict, Timestamp, type Route } from './route.ts'
import { SavedBy } from './script-version.ts'

/** A value that scripts read as `configuration.<name>`, without the value. */
export const ConfigurationValue = Type.Object({
  name: Type.String(),
  set_at: Type.Optional(Timestamp('When it was set; absent where that is older than the record of it.')),
  set_by: Type.Optional(SavedBy),
})
export type ConfigurationValue = Static<typeof ConfigurationValue>

const Values = Type.Object({ values: Type.Array(ConfigurationValue, { description: 'By name.' }) })

/** A host and a port that scripts may connect to. */
export const Destination = Type.String({
  pattern: patterns.host_port.pattern,
  maxLength: 300,
  description: 'A host and a port: "db.example.com:5432", "127.0.0.1:5432", "[::1]:5432"',
})

/** A connection that a script tried to open and that the egress rules refused. */
export const RefusedDestination = Type.Object({
  entries: Type.Array(Type.String(), { description: 'The entries of `allow` that would allow it.' }),
  at: Timestamp('The last refusal.'),
  script: Type.String({ description: 'Which action script, such as `login`.' }),
  call_id: Type.String({ description: 'The call, as in the script log.' }),
  message: Type.String(),
})
export type RefusedDestination = Static<typeof RefusedDestination>

const ConnectionEgress = Type.Object({
  mode: Choice(['open', 'allow_list'], '`open` reaches any host on public networks; `allow_list` only what is named.'),
  allow: Type.Array(Destination),
  private_networks: Type.Boolean({
    description: 'Whether an entry can open this machine and private networks: the operator decides by tenant.',
  }),
  refused: Type.Array(RefusedDestination, {
    description:
      'Destinations that scripts tried to reach during the last 24 hours and that an entry would allow, the last one first: at most 20, among the last 2,000 lines of the script log.',
  }),
})
export type ConnectionEgress = Static<typeof ConnectionEgress>

/** What a connection's scripts read and reach. */
export const connectionConfigurationRoutes = {
  listConfiguration: {
    method: 'GET',
    url: '/api/v2/connections/:id/configuration',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: "List the names of a connection's configuration, with who set each and when",
    description: 'Values are never read back.',
    status: 200,
    params: IdParams,
    response: Values,
  },
  updateConfiguration: {
    method: 'PATCH',
    url: '/api/v2/connections/:id/configuration',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: "Set or remove single values of a connection's configuration",
    description:
      'The other values and options stay as they are. All names and sealed values together may have 262,144 characters.',
    status: 200,
    params: IdParams,
    body: Strict({
      configuration: Type.Record(
        Type.String({ minLength: 1, maxLength: 128 }),
        Type.Union([Type.String({ maxLength: configuration_value_max }), Type.Null()]),
        { minProperties: 1, maxProperties: 100, description: 'Values by name; null removes one.' },
      ),
    }),
    response: Values,
  },
  getEgress: {
    method: 'GET',
    url: '/api/v2/connections/:id/egress',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: 'Get the hosts that the scripts of a connection may connect to, and those that were refused',
    status: 200,
    params: IdParams,
    response: ConnectionEgress,
  },
  setEgress: {
    method: 'PUT',
    url: '/api/v2/connections/:id/egress',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Set the hosts that the scripts of a connection may connect to',
    description: 'The other options stay as they are.',
    status: 200,
    params: IdParams,
    body: Strict({
      mode: Choice(['open', 'allow_list'], 'As `options.egress.mode`.'),
      allow: Type.Array(Destination, { maxItems: 100, description: 'As `options.egress.allow`.' }),
    }),
    response: ConnectionEgress,
  },
  testDestination: {
    method: 'POST',
    url: '/api/v2/connections/:id/egress/test',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Open and close a TCP connection as a script of the connection would',
    description: 'Nothing is sent. Four run at once for a tenant.',
    status: 200,
    params: IdParams,
    body: Strict({ destination: Destination }),
    response: Type.Object({
      is_reachable: Type.Boolean(),
      address: Type.Optional(Type.String({ description: 'The address that the host has.' })),
      from_address: Type.Optional(
        Type.String({
          description:
            'The address of this machine that the connection came from. Behind a NAT gateway, the other side sees the address of the gateway.',
        }),
      ),
      duration_ms: Type.Integer(),
      error: Type.Optional(
        Type.Object({
          code: Type.String({ description: 'That of the system, or `EGRESS_REFUSED`.' }),
          message: Type.String(),
          entries: Type.Array(Type.String(), { description: 'The entries of `allow` that would allow it.' }),
        }),
      ),
    }),
  },
} satisfies Record<string, Route>
