import { Type, type Static } from 'typebox'
import { Choice, Strict, Text, Timestamp, type Route } from './route.ts'

/** A program that uses the server of a legacy store, as its sessions name it. */
export const LegacyProgram = Type.Object({
  program: Type.String({ description: 'Name that the program gave itself; empty where it gave none.' }),
  user: Type.String({ description: 'User of the database.' }),
  host: Type.String({ description: 'Host that it came from; empty for the server itself.' }),
  database: Type.String({ description: 'Database that it used.' }),
  is_own_user: Type.Boolean({ description: 'Whether it used the database user of the connection.' }),
  first_seen_at: Timestamp('The first sample that found it.'),
  last_seen_at: Timestamp('The last sample that found it.'),
  samples: Type.Integer({ description: 'Samples that found it.' }),
  sessions_max: Type.Integer({ description: 'The most sessions that it had in one sample.' }),
})
export type LegacyProgram = Static<typeof LegacyProgram>

/** Which programs use the server of a legacy store. */
export const LegacyActivity = Type.Object({
  job_id: Type.String({ description: 'The job that takes the samples: `GET /api/v2/jobs/{id}`.' }),
  state: Choice(['sampling', 'finished'], 'Whether samples are still taken'),
  started_at: Timestamp('When the first sample was due.'),
  ends_at: Timestamp('When the last sample is due.'),
  interval_s: Type.Integer({
    description: 'Seconds between two samples. A program that connects for less may be missed.',
  }),
  samples: Type.Integer({ description: 'Samples that were taken.' }),
  failed_samples: Type.Integer({ description: 'Samples that failed: the server could not be reached or refused.' }),
  last_error: Type.Optional(Type.String({ description: 'Why the last failed sample failed.' })),
  missing_grant: Type.Optional(
    Type.String({
      description: 'The statement that grants the right to see all sessions. Until then only some are seen.',
    }),
  ),
  has_program_names: Type.Boolean({
    description: 'Whether the names of programs are readable. In MySQL, they are in `performance_schema`.',
  }),
  is_cut: Type.Boolean({ description: 'Whether more than 500 programs were found: the others are left out.' }),
  programs: Type.Array(LegacyProgram, { description: 'Other programs than Wherry, the last seen first.' }),
})
export type LegacyActivity = Static<typeof LegacyActivity>

const Params = Strict({ connection_id: Text(64, 'Id of the connection') })

/** Operations on the activity of other programs in the legacy store. */
export const legacyActivityRoutes = {
  startLegacyActivity: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/legacy-activity',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Sample which programs use the legacy store',
    description:
      'For PostgreSQL, MySQL, MariaDB and SQL Server, whose address is `DATABASE_URL` in the configuration of the connection. A job reads the sessions of the server, never the text of a statement. It replaces the result of the last one.',
    status: 202,
    params: Params,
    body: Strict({
      duration_s: Type.Integer({
        minimum: 10,
        maximum: 604_800,
        description: 'How long samples are taken, in seconds',
      }),
    }),
    response: Type.Object({ job_id: Type.String({ description: '`job_…`.' }) }),
  },
  getLegacyActivity: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/legacy-activity',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get which programs use the legacy store',
    status: 200,
    params: Params,
    response: LegacyActivity,
  },
} satisfies Record<string, Route>
