import { Type, type Static, type TSchema } from 'typebox'
import { script_events, scriptNames, type ScriptName } from './action-scripts.ts'
import { ScriptWarnings } from './connection-routes.ts'
import { Choice, IdParams, Strict, Timestamp, type Route } from './route.ts'
import { CallStats, SavedBy } from './script-version.ts'

/** One action script of a connection, as it is saved. */
export const ConnectionScript = Type.Object({
  script: Choice(scriptNames, 'Which action script, such as `login`.'),
  source: Type.Union([Type.String(), Type.Null()], { description: 'Null where the connection does not have it.' }),
  version: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The version that calls run; null where the connection does not have the script.',
  }),
  saved_at: Type.Optional(Timestamp('When this version was saved.')),
  saved_by: Type.Optional(SavedBy),
  runs_for: Type.Array(Choice(script_events, 'An event.'), {
    description: 'The events that run it, in the mode of the connection; none where its mode never runs it.',
  }),
  last_24_h: CallStats,
})
export type ConnectionScript = Static<typeof ConnectionScript>

const scripts = Type.Array(ConnectionScript, { description: 'Every action script, also those that it does not have.' })

const ScriptChange = Type.Optional(
  Strict({
    source: Type.Union([Type.String({ minLength: 1, maxLength: 100_000 }), Type.Null()], {
      description: 'The new source; null removes the script.',
    }),
    replaces: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], {
        description:
          'The version that the caller has read, or null where there was no script: where another one is saved by now, nothing is saved. Absent: whatever is saved is replaced.',
      }),
    ),
  }),
)

/** One member for each script. */
const ofEachScript = <T extends TSchema>(schema: T): Record<ScriptName, T> =>
  Object.fromEntries(scriptNames.map((name) => [name, schema])) as Record<ScriptName, T>

/** Reading and saving the scripts of a connection apart from its other options. */
export const connectionScriptRoutes = {
  listScripts: {
    method: 'GET',
    url: '/api/v2/connections/:id/scripts',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: 'List the action scripts of a connection, with the events that run them and their calls',
    status: 200,
    params: IdParams,
    response: Type.Object({ scripts }),
  },
  updateScripts: {
    method: 'PATCH',
    url: '/api/v2/connections/:id/scripts',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Save some action scripts of a connection',
    description:
      'All of them or none. The other scripts and options stay as they are. A script with a syntax error is refused with its line; with `replaces`, a save over a version that the caller has not read is refused with `script_changed`.',
    status: 200,
    params: IdParams,
    body: Strict({
      scripts: Type.Object(ofEachScript(ScriptChange), {
        additionalProperties: false,
        minProperties: 1,
        description: 'The scripts to save, by their names.',
      }),
    }),
    response: Type.Object({ scripts, script_warnings: ScriptWarnings }),
  },
} satisfies Record<string, Route>
