import { Type, type Static } from 'typebox'
import { scriptNames } from './action-scripts.ts'
import { SavedConnection } from './connection-routes.ts'
import { Choice, Strict, Text, Timestamp, type Route } from './route.ts'

const Duration = (share: string) =>
  Type.Union([Type.Integer(), Type.Null()], {
    description: `${share} of the calls ended within so many milliseconds; an estimate from counts by duration.`,
  })

/** The calls of a version of a script. */
export const CallStats = Type.Object({
  calls: Type.Integer(),
  errors: Type.Integer({
    description:
      'Calls that failed: the script or its legacy store failed, or the profile cannot be stored. A wrong password is no error.',
  }),
  outcomes: Type.Record(Type.String(), Type.Integer(), {
    description:
      'Calls by outcome: `found` and `not_found` of `login` and `get_user`, `done` and `not_done` of scripts that change the legacy store, or one of the outcomes of a login.',
  }),
  p50_ms: Duration('Half'),
  p95_ms: Duration('95 %'),
})
export type CallStats = Static<typeof CallStats>

/** The client or admin who saved something of a connection. */
export const SavedBy = Type.Object(
  {
    through: Choice(
      ['api', 'command', 'upgrade', 'finish'],
      'The Management API, a command of the server, an upgrade (it is older than the record of who saved it), or the finish of the migration, with the client or admin who started it.',
    ),
    client_id: Type.Optional(Type.String()),
    user_id: Type.Optional(Type.String({ description: 'The admin.' })),
    user_name: Type.Optional(Type.String()),
  },
  { description: 'The client or admin who saved it.' },
)
export type SavedBy = Static<typeof SavedBy>

/** One version of an action script, without its source. */
export const ScriptVersion = Type.Object({
  version: Type.Integer({
    description:
      'Increases with each version of the script; numbers are skipped where something else of the connection was changed.',
  }),
  is_current: Type.Boolean({ description: 'Whether calls run it.' }),
  saved_at: Timestamp('When it was saved.'),
  saved_by: SavedBy,
  restored_from: Type.Optional(Type.Integer({ description: 'The version whose source it has again.' })),
  calls: Type.Object(
    { total: CallStats, last_24_h: CallStats },
    { description: 'Its calls within the retention of the script log. Scripts that are tried are not counted.' },
  ),
})
export type ScriptVersion = Static<typeof ScriptVersion>

const ScriptName = Choice(scriptNames, 'Which action script, such as `login`')

/** The path parameters of a script of a connection. */
export const ScriptParams = Strict({ id: Text(64, 'Id of the connection'), script: ScriptName })

const VersionParams = Strict({
  id: Text(64, 'Id of the connection'),
  script: ScriptName,
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Number of the version' }),
})

/** Operations on the versions of scripts. */
export const scriptVersionRoutes = {
  listScriptVersions: {
    method: 'GET',
    url: '/api/v2/connections/:id/scripts/:script/versions',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: 'List the versions of a script, newest first',
    description: 'The last 50 are kept. Each saved source that differs from the one before is a version.',
    status: 200,
    params: ScriptParams,
    response: Type.Object({ versions: Type.Array(ScriptVersion) }),
  },
  getScriptVersion: {
    method: 'GET',
    url: '/api/v2/connections/:id/scripts/:script/versions/:version',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: 'Get a version of a script with its source',
    status: 200,
    params: VersionParams,
    response: Type.Object({ ...ScriptVersion.properties, source: Type.String() }),
  },
  restoreScriptVersion: {
    method: 'POST',
    url: '/api/v2/connections/:id/scripts/:script/versions/:version/restore',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Save the source of an earlier version of a script again',
    description: 'It becomes a new version, and is checked like any saved script. The other scripts stay as they are.',
    status: 200,
    params: VersionParams,
    response: SavedConnection,
  },
} satisfies Record<string, Route>
