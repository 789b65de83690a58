import { Type, type Static } from 'typebox'
import { Choice, EventStream, IdParams, Timestamp, Strict, Text, checkpointPaging, type Route } from './route.ts'

const script_log_levels = ['debug', 'log', 'info', 'warn', 'error'] as const

/** One line that an action script wrote, that the sandbox wrote about it, or the outcome of a call. */
export const ScriptLogLine = Type.Object({
  id: Type.String({ description: 'Increases with time, so that it serves as a checkpoint.' }),
  at: Timestamp('When it was written.'),
  script: Type.String({ description: 'Which action script, such as `login`.' }),
  call_id: Type.String({
    description: 'Lines of one call share it; `details.migration.call_id` of the log event of the login is the same.',
  }),
  level: Type.String({
    description:
      '`log`, `info`, `warn`, `error` or `debug`. The outcome of a call has `info`, and `error` where it failed.',
  }),
  text: Type.String(),
  outcome: Type.Optional(
    Type.String({
      description:
        'How the call ended; only in its last line. At most 60 calls a minute of a script have one, and 60 that failed; another line sums up the rest.',
    }),
  ),
  version: Type.Optional(Type.Integer({ description: 'The version of the script that the call ran.' })),
  duration_ms: Type.Optional(
    Type.Integer({ description: 'How long the call took, waiting for its process included.' }),
  ),
})
export type ScriptLogLine = Static<typeof ScriptLogLine>

/** Operations on script logs. */
export const scriptLogRoutes = {
  listScriptLogs: {
    method: 'GET',
    url: '/api/v2/connections/:id/script-logs',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: "List the log lines of a connection's scripts, newest first",
    status: 200,
    params: IdParams,
    query: Strict({
      ...checkpointPaging,
      script: Type.Optional(Text(64, 'Only of this script')),
      call_id: Type.Optional(Text(64, 'Only of this call')),
      level: Type.Optional(Choice(script_log_levels, 'Only of this level, such as `error`')),
    }),
    response: Type.Object({ script_logs: Type.Array(ScriptLogLine), next: Type.Optional(Type.String()) }),
  },
  listRuleLogs: {
    method: 'GET',
    url: '/api/v2/script-logs',
    scopes: ['read:rules'],
    tag: 'rules',
    summary: 'List the log lines of rules, newest first',
    description:
      'All rules of a login run in one call; `details.post_login.call_id` of its log event is that of the lines.',
    status: 200,
    query: Strict({
      ...checkpointPaging,
      call_id: Type.Optional(Text(64, 'Only of this call')),
      level: Type.Optional(Choice(script_log_levels, 'Only of this level, such as `error`')),
    }),
    response: Type.Object({ script_logs: Type.Array(ScriptLogLine), next: Type.Optional(Type.String()) }),
  },
  followScriptLogs: {
    method: 'GET',
    url: '/api/v2/connections/:id/script-logs/stream',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: "Follow the log lines of a connection's scripts, as server-sent events",
    description:
      'The lines of all servers on the store, about a second after they are written. A reader has at most 4 streams, and a tenant 20. A stream ends with its token or its connection, and when the server stops; its last event, `end`, has the `reason`.',
    status: 200,
    event_stream: true,
    params: IdParams,
    query: Strict({
      from: Type.Optional(Text(64, 'Begin after the line with this id; default: with the next line')),
      script: Type.Optional(Text(64, 'Only of this script')),
      level: Type.Optional(Choice(script_log_levels, 'Only of this level, such as `error`')),
    }),
    response: EventStream('Events `line`, whose `data` is a ScriptLogLine and whose `id` is that of the line.'),
  },
} satisfies Record<string, Route>
