import { Type, type Static } from 'typebox'
import { counts, countingState } from './kept-counts.ts'
import { migrationStates, type MigrationState } from './outcomes.ts'
import { Choice, FileContent, Strict, Text, Timestamp, type Route } from './route.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })
const countsBy = (description: string) => Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description })
const people = Type.Integer({ minimum: 0 })
const states = Type.Object(
  Object.fromEntries(migrationStates.map((state) => [state, people])) as Record<MigrationState, typeof people>,
  { description: 'People by the state of their record.' },
)

/** One day of a migration. */
export const ReportDay = Type.Object({
  day: Type.String({ description: '`YYYY-MM-DD` in UTC.' }),
  moved: count('People who moved on this day; in a report, of those whose record is `migrated` now.'),
  moved_total: count('The same, up to the end of this day.'),
  refused: count('Records that became `refused` on this day.'),
  deleted: count('Records that became `deleted` on this day.'),
  calls: count('Calls of scripts that are still counted, without those of the no-op scripts of a finish.'),
  outage_calls: count('Those of them in which the legacy store was down.'),
  failed_calls: count('Those of them in which the script failed.'),
  versions: Type.Array(Type.Object({ script: Type.String(), version: Type.Integer() }), {
    description: 'Versions of scripts that were saved on this day.',
  }),
})
export type ReportDay = Static<typeof ReportDay>

/** The closing report of a migration. The numbers of people add up. */
export const MigrationReport = Type.Object({
  connection_id: Type.String(),
  connection: Type.String(),
  mode: Choice(['local', 'import', 'legacy'], 'Mode of the connection'),
  created_at: Timestamp('When people were counted.'),
  first_record_at: Type.Optional(Timestamp('When the first person was recorded.')),
  last_moved_at: Type.Optional(Timestamp('When the last person moved.')),
  people: Type.Object({
    total: count('Migration records. It is the sum of `states`, and of `listed` and `discovered`.'),
    states,
    listed: count('People of the directory, also those who are gone from it.'),
    discovered: count('People whom the directory does not name: they were recorded when they came.'),
    gone: count('People who are absent from the last load of the directory.'),
  }),
  moved_through: countsBy('People who moved, by the way; the sum is `states.migrated`.'),
  users: Type.Object(
    {
      total: count('Users of the connection in Wherry. It is the sum of `arrived_through`.'),
      arrived_through: countsBy('Users by how they came here; `signup`: people who are new.'),
    },
    { description: 'Users at this moment, also those who never were in the legacy store.' },
  ),
  refused: Type.Array(
    Type.Object({
      outcome: Type.String({ description: 'The last outcome; empty where there was none.' }),
      problem: Type.Optional(Type.String({ description: 'The problem of the row of the directory.' })),
      people: count('People; the sum is `states.refused`.'),
    }),
  ),
  decisions: countsBy('Records with a decision, by its kind: `keep`, `rename`, `alias`, `exclude`, `retry`.'),
  drift: Type.Object({
    people: count('People for whom `login` and `get_user` differed.'),
    fields: countsBy('Those people by the fields that differed; one of them may be in several.'),
  }),
  remaining: Type.Object(
    {
      total: count('The sum of the states `unseen`, `seen`, `reset_pending` and `refused`.'),
      by_last_activity: countsBy(
        'Them by the last activity that the directory names: `30_days`, `90_days`, `year`, `older`, `unknown`.',
      ),
      disabled: count('Of them, those whom the legacy store would not let log in.'),
    },
    { description: 'People who have not moved.' },
  ),
  days: Type.Array(ReportDay, { description: 'The days on which something happened, the oldest first.' }),
})
export type MigrationReport = Static<typeof MigrationReport>

/** The closing report of the last count. */
export const KeptReport = Type.Object({
  ...countingState,
  report: Type.Optional(MigrationReport),
})
export type KeptReport = Static<typeof KeptReport>

/** The formats of a report. */
export const report_formats = ['json', 'html', 'csv'] as const

/** Operations on the closing report. */
export const migrationReportRoutes = {
  getMigrationReport: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/report',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get the closing report of a migration',
    description:
      'HTML is a page that needs nothing else; CSV has a row for each number. With `counts=kept`, which JSON only permits, the answer says whether people are being counted, and has the last report, where there is one.',
    status: 200,
    params: Strict({ connection_id: Text(64, 'Id of the connection') }),
    query: Strict({ format: Type.Optional(Choice([...report_formats], 'Format; `json` by default')), counts }),
    response: Type.Union([MigrationReport, KeptReport, FileContent('The file.')]),
    or_file: ['text/html', 'text/csv'],
  },
} satisfies Record<string, Route>
