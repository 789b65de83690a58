import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { AnyObject, IdParams, List, Timestamp, Strict, Text, offsetPaging, projection, type Route } from './route.ts'

const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

/** An event in a tenant's log. */
export const LogEvent = Type.Object({
  _id: Type.String(),
  log_id: Type.String({ description: 'Increases with time, so that it serves as a checkpoint.' }),
  date: Timestamp('Time of the event.'),
  type: Type.String({ description: 'Code of the event, such as `s`, `fp`, `sapi`.' }),
  description: orNull('Description of the event.'),
  connection: orNull('Name of the connection.'),
  connection_id: Type.String(),
  client_id: orNull('The client.'),
  client_name: orNull('Its name.'),
  ip: orNull('Address of the caller.'),
  hostname: orNull('Host of the request.'),
  user_id: Type.String(),
  user_name: Type.String(),
  user_agent: orNull('User-Agent header of the request.'),
  audience: orNull('The resource server.'),
  scope: orNull('Requested scopes.'),
  strategy: orNull('`auth0` for a database connection.'),
  strategy_type: orNull('`database` for a database connection.'),
  isMobile: Type.Boolean(),
  details: AnyObject('Further details; `details.migration.outcome` names how a login on a migrating connection ended.'),
  environment_name: Type.String(),
  tenant_name: Type.String(),
})
export type LogEvent = Static<typeof LogEvent>

const sort = Type.Optional(
  Type.String({ pattern: patterns.log_sort.pattern, description: '`date:1` or `date:-1` (default)' }),
)

/** Operations on log events. */
export const logRoutes = {
  listLogs: {
    method: 'GET',
    url: '/api/v2/logs',
    scopes: ['read:logs', 'read:logs_users'],
    tag: 'logs',
    summary: 'List or search log events',
    description:
      'Newest first, page by page, with `q` or `search` in Lucene syntax; or from a checkpoint: `from` (a log_id, or empty for the beginning) and `take`, in the order in which they became visible, each once, with a Link header to the next page. `total` counts up to 10,000 events, or 1,000 that a search finds: as many as pages reach.',
    status: 200,
    list: 'logs',
    query: Strict({
      ...offsetPaging,
      ...projection,
      sort,
      q: Type.Optional(
        Type.String({
          maxLength: 2000,
          description: 'Query in Lucene syntax: at most 2,000 characters, 50 terms and 10 levels of parentheses',
        }),
      ),
      search: Type.Optional(Type.String({ maxLength: 2000, description: 'Alias of `q`' })),
      from: Type.Optional(Type.String({ maxLength: 100, description: 'log_id after which to read' })),
      take: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Events to read; default 50.' })),
    }),
    response: List('logs', LogEvent),
  },
  getLog: {
    method: 'GET',
    url: '/api/v2/logs/:id',
    scopes: ['read:logs', 'read:logs_users'],
    tag: 'logs',
    summary: 'Get a log event',
    status: 200,
    params: IdParams,
    response: LogEvent,
  },
  listUserLogs: {
    method: 'GET',
    url: '/api/v2/users/:id/logs',
    scopes: ['read:logs', 'read:logs_users'],
    tag: 'users',
    summary: "List a user's log events",
    status: 200,
    list: 'logs',
    params: IdParams,
    query: Strict({ ...offsetPaging, sort, client_id: Type.Optional(Text(128, 'Accepted')) }),
    response: List('logs', LogEvent),
  },
} satisfies Record<string, Route>
