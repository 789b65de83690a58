import { Type, type Static } from 'typebox'
import type { LogType } from './log-types.ts'
import { patterns } from './patterns.ts'
import { Choice, IdParams, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

/** The categories by which a stream chooses events. */
export const stream_categories = [
  'auth.ancillary.fail',
  'auth.ancillary.success',
  'auth.consent.fail',
  'auth.consent.success',
  'auth.login.fail',
  'auth.login.notification',
  'auth.login.success',
  'auth.logout.fail',
  'auth.logout.success',
  'auth.signup.fail',
  'auth.signup.success',
  'auth.silent_auth.fail',
  'auth.silent_auth.success',
  'auth.token_exchange.fail',
  'auth.token_exchange.success',
  'management.fail',
  'management.success',
  'scim.event',
  'system.notification',
  'user.fail',
  'user.notification',
  'user.success',
  'user.migrated',
  'actions',
  'other',
] as const

/** A category of events. */
export type StreamCategory = (typeof stream_categories)[number]

/** The category of each type of log event; a type without one is in `other`. */
export const category_of_type: Readonly<Partial<Record<LogType, StreamCategory>>> = {
  s: 'auth.login.success',
  f: 'auth.login.fail',
  fp: 'auth.login.fail',
  fu: 'auth.login.fail',
  limit_wc: 'auth.login.fail',
  limit_mu: 'auth.login.fail',
  ss: 'auth.signup.success',
  fs: 'auth.signup.fail',
  sv: 'user.success',
  fv: 'user.fail',
  scpr: 'user.success',
  fcpr: 'user.fail',
  scp: 'user.success',
  fcp: 'user.fail',
  sce: 'user.success',
  fce: 'user.fail',
  scu: 'user.success',
  fcu: 'user.fail',
  scpn: 'user.success',
  fcpn: 'user.fail',
  sdu: 'user.success',
  fdu: 'user.fail',
  ublkdu: 'user.notification',
  ssa: 'auth.silent_auth.success',
  fsa: 'auth.silent_auth.fail',
  fn: 'system.notification',
  slo: 'auth.logout.success',
  flo: 'auth.logout.fail',
  seacft: 'auth.token_exchange.success',
  feacft: 'auth.token_exchange.fail',
  sepft: 'auth.token_exchange.success',
  fepft: 'auth.token_exchange.fail',
  seccft: 'auth.token_exchange.success',
  feccft: 'auth.token_exchange.fail',
  sertft: 'auth.token_exchange.success',
  fertft: 'auth.token_exchange.fail',
  ferrt: 'auth.token_exchange.fail',
  srrt: 'auth.token_exchange.success',
  sapi: 'management.success',
  fapi: 'management.fail',
}

const headerText = (max: number, description: string) =>
  Type.String({ minLength: 1, maxLength: max, pattern: patterns.header_value.pattern, description })

const sinkProperties = {
  httpEndpoint: Text(
    2048,
    'https:// URL that events are posted to; who may not change the stream sees it without what may be a token',
  ),
  httpContentFormat: Type.Optional(
    Choice(
      ['JSONLINES', 'JSONARRAY', 'JSONOBJECT'],
      'One event a line (default), an array of events, or one event in each request',
    ),
  ),
  httpContentType: Type.Optional(headerText(100, 'Content-Type of the requests; default application/json')),
  httpAuthorization: Type.Optional(headerText(2048, 'Authorization header of the requests; never shown')),
  httpCustomHeaders: Type.Optional(
    Type.Array(
      Strict({
        header: Type.String({ pattern: patterns.header_name.pattern, description: 'Name' }),
        value: headerText(2048, 'Value; shown to those who may change the stream'),
      }),
      { maxItems: 10, description: 'Further headers of the requests' },
    ),
  ),
}

/** Where the events of a stream are posted. */
export const LogStreamSink = Strict(sinkProperties)
export type LogStreamSink = Static<typeof LogStreamSink>

/**
 * Changes of where events are posted: a property that is left out stays as it is; an empty `httpAuthorization` removes it. A URL of another
 * origin needs the authorization and the custom headers anew.
 */
export const LogStreamSinkChange = Strict({
  ...sinkProperties,
  httpEndpoint: Type.Optional(sinkProperties.httpEndpoint),
  httpAuthorization: Type.Optional(
    Type.Union([Type.Literal('', { description: 'Removes it' }), sinkProperties.httpAuthorization]),
  ),
})
export type LogStreamSinkChange = Static<typeof LogStreamSinkChange>

const name = Text(255, 'Name')
const filters = Type.Array(
  Strict({ type: Choice(['category'], 'Kind of filter'), name: Choice(stream_categories, 'Category') }),
  { maxItems: stream_categories.length, description: 'Only events of these categories; none: all events' },
)
const isPriority = Type.Optional(Type.Boolean({ description: 'Stored and returned unchanged: all streams are equal' }))

/** A log stream to create. */
export const NewLogStream = Strict({
  name: Type.Optional(name),
  type: Choice(['http'], 'Kind of stream: a webhook'),
  sink: LogStreamSink,
  filters: Type.Optional(filters),
  isPriority,
  startFrom: Type.Optional(Timestamp('Start with the events of this time; default: of now')),
})
export type NewLogStream = Static<typeof NewLogStream>

/** Changes to a log stream. */
export const LogStreamChange = Strict({
  name: Type.Optional(name),
  status: Type.Optional(Choice(['active', 'paused'], 'Whether events are posted')),
  sink: Type.Optional(LogStreamSinkChange),
  filters: Type.Optional(filters),
  isPriority,
})
export type LogStreamChange = Static<typeof LogStreamChange>

/** A log stream, as the API shows it. */
export const LogStream = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  status: Type.String({
    description: '`active`, `paused`, or `suspended` after seven days of failures: the status `active` resumes it.',
  }),
  isPriority: Type.Boolean(),
  filters,
  sink: Type.Omit(LogStreamSink, ['httpAuthorization']),
  delivery: Type.Object(
    {
      state: Type.String({ description: '`ok`, `failing`, or `idle` before the first request.' }),
      delivered: Type.Integer({ description: 'Events that were delivered.' }),
      attempts: Type.Integer({ description: 'Failed attempts since the last success.' }),
      next_attempt_at: Type.Optional(Timestamp('When a failed request is repeated.')),
      last_success_at: Type.Optional(Timestamp('The last request that was answered with a status of 200 to 299.')),
      last_failure_at: Type.Optional(Timestamp('The last failed request.')),
      last_error: Type.Optional(Type.String({ description: 'Why it failed.' })),
    },
    { description: 'Ours: the health of the stream.' },
  ),
})
export type LogStream = Static<typeof LogStream>

/** A log stream in a list: as Auth0 shows it, so that tools can send it back, unless its health is asked for. */
export const ListedLogStream = Type.Object({
  ...LogStream.properties,
  delivery: Type.Optional(LogStream.properties.delivery),
})
export type ListedLogStream = Static<typeof ListedLogStream>

/** A log stream with the secret that signs its requests. */
export const LogStreamWithSecret = Type.Object({
  ...LogStream.properties,
  signing_secret: Type.String({
    description:
      'Ours: signs the requests as the Standard Webhooks specification says (webhook-id, webhook-timestamp, webhook-signature). It is shown only here.',
  }),
})
export type LogStreamWithSecret = Static<typeof LogStreamWithSecret>

const url = '/api/v2/log-streams'
const tag = 'log-streams'

/** Operations on log streams. */
export const logStreamRoutes = {
  listLogStreams: {
    method: 'GET',
    url,
    scopes: ['read:log_streams'],
    tag,
    summary: 'List log streams',
    status: 200,
    query: Strict({
      include_delivery: Type.Optional(Type.Boolean({ description: 'Ours: answer `delivery`, the health of each' })),
      paginate: Type.Optional(Type.Boolean({ description: 'Accepted: release 7 of the deploy CLI sends `false`' })),
    }),
    response: Type.Array(ListedLogStream),
  },
  createLogStream: {
    method: 'POST',
    url,
    scopes: ['create:log_streams'],
    tag,
    summary: 'Create a log stream',
    description:
      'Posts the log events of the tenant to a webhook, in the order in which they became visible, at least once. A moved user is posted also as an event of type user.migrated.',
    status: 201,
    body: NewLogStream,
    response: LogStreamWithSecret,
  },
  getLogStream: {
    method: 'GET',
    url: `${url}/:id`,
    scopes: ['read:log_streams'],
    tag,
    summary: 'Get a log stream',
    status: 200,
    params: IdParams,
    response: LogStream,
  },
  updateLogStream: {
    method: 'PATCH',
    url: `${url}/:id`,
    scopes: ['update:log_streams'],
    tag,
    summary: 'Update a log stream',
    description:
      'A change makes the next attempt due at once. A URL of another origin needs `httpAuthorization` and `httpCustomHeaders` anew, where the stream has them; an empty value removes them.',
    status: 200,
    params: IdParams,
    body: LogStreamChange,
    response: LogStream,
  },
  rotateLogStreamSecret: {
    method: 'POST',
    url: `${url}/:id/rotate-secret`,
    scopes: ['update:log_streams'],
    tag,
    summary: 'Rotate the signing secret of a log stream',
    description: 'Requests are signed with the new secret at once; the response contains it.',
    status: 200,
    params: IdParams,
    response: LogStreamWithSecret,
  },
  testLogStream: {
    method: 'POST',
    url: `${url}/:id/test`,
    scopes: ['update:log_streams'],
    tag,
    summary: 'Post a test event to the webhook of a log stream',
    description:
      'Ours. Posts one event of type `test` at once, as the stream posts its events, also while it is paused or suspended. It changes neither the health of the stream nor what it posts next. Four run at once for a tenant.',
    status: 200,
    params: IdParams,
    response: Type.Object({
      is_delivered: Type.Boolean({ description: 'Whether it was answered with a status of 200 to 299.' }),
      error: Type.Optional(Type.String({ description: 'Why it was not delivered.' })),
      duration_ms: Type.Integer({ description: 'Milliseconds until the answer.' }),
    }),
  },
  deleteLogStream: {
    method: 'DELETE',
    url: `${url}/:id`,
    scopes: ['delete:log_streams'],
    tag,
    summary: 'Delete a log stream',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
