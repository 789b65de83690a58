import { Type, type Static } from 'typebox'
import { IdParams, Timestamp, Strict, Text, checkpointPaging, type Route } from './route.ts'

/** One line that an action script wrote, or that the sandbox wrote about it. */
export const ScriptLogLine = Type.Object({
  id: Type.String({ description: 'Increases with time, so that it serves as a checkpoint.' }),
  at: Timestamp('When it was written.'),
  script: Type.String({ description: 'Which action script, such as `login`.' }),
  call_id: Type.String({ description: 'Lines of one call share it.' }),
  level: Type.String({
    description: '`log`, `info`, `warn`, `error`, `debug`, or `sandbox` for messages of the sandbox.',
  }),
  text: Type.String(),
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
    }),
    response: Type.Object({ script_logs: Type.Array(ScriptLogLine), next: Type.Optional(Type.String()) }),
  },
} satisfies Record<string, Route>
