import { Type, type Static } from 'typebox'
import { finishSteps } from './finish-steps.ts'
import { countingState } from './kept-counts.ts'
import { ReportDay } from './migration-report.ts'
import { recordFilter } from './migration-record.ts'
import { migrationStates, type MigrationState } from './outcomes.ts'
import { patterns } from './patterns.ts'
import { cause_kinds } from './person-causes.ts'
import { Choice, FileContent, Strict, Text, Timestamp, offsetPaging, type Route } from './route.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })
const counts = (description: string) => Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description })
const records = Type.Integer({ minimum: 0 })
const states = Type.Object(
  Object.fromEntries(migrationStates.map((state) => [state, records])) as Record<MigrationState, typeof records>,
  { description: 'Records by state.' },
)

/** How far the migration of one of many connections is. */
const MigrationOverview = Type.Object({
  connection_id: Type.String(),
  connection: Type.String(),
  display_name: Type.Optional(Type.String()),
  mode: Choice(['local', 'import', 'legacy'], 'Mode of the connection'),
  finish_step: Type.Optional(Choice([...finishSteps], 'The last step of the finish that was started')),
  users: count('Users in Wherry.'),
  states,
  directory_loaded: Type.Boolean({
    description: 'False: the legacy store may have users who were never seen, and `states` does not count them.',
  }),
  moved_today: count('Users who moved today (UTC).'),
  failed_today: count(
    'Logins that could not be completed today (UTC), and not because of a wrong name or password: those of `GET …/causes`.',
  ),
  circuit: Choice(['closed', 'open', 'half_open'], 'State of the circuit breaker in the process that answers'),
})
export type MigrationOverview = Static<typeof MigrationOverview>

/** The logins of one day. */
const LoginsOfClient = Type.Object({
  client_id: Type.Optional(Type.String({ description: 'Absent for logins without a known client.' })),
  client_name: Type.Optional(Type.String({ description: 'Absent where the client no longer exists.' })),
  outcomes: counts('Logins by outcome.'),
})

/** The logins of a connection on one day, by client. */
export const MigrationLogins = Type.Object({
  day: Type.String({ description: '`YYYY-MM-DD` in UTC.' }),
  outcomes: counts('Logins of all clients by outcome.'),
  clients: Type.Array(LoginsOfClient, { description: 'The client with the most logins first; at most 100.' }),
  more_clients: count('Clients with logins that are not listed.'),
  legacy_calls: Type.Object(
    {
      script: Choice(['login', 'get_user'], 'The script: `get_user` where `options.verify_password_here` is on'),
      calls: count(
        'Its calls, without those of the no-op scripts of a finish. Those of `get_user` include the look-ups of password resets and sign-ups.',
      ),
    },
    { description: 'Calls of the script that a login runs which the legacy store decides. A try is not counted.' },
  ),
})
export type MigrationLogins = Static<typeof MigrationLogins>

const LoginFailure = Type.Object({
  outcome: Type.String(),
  logins: count('Logins that ended so today (UTC).'),
  sample: Type.Optional(
    Type.Object(
      {
        log_id: Type.String(),
        at: Timestamp('Time of the login.'),
        message: Type.Optional(Type.String({ description: 'What the log says of it.' })),
        user_name: Type.Optional(Type.String({ description: 'What was typed.' })),
        client_name: Type.Optional(Type.String()),
        reference: Type.Optional(Type.String({ description: 'The reference code that the page showed.' })),
      },
      { description: 'The last of them, where it is among the last 500 failed logins of the tenant.' },
    ),
  ),
})

const PeopleWithCause = Type.Object({
  kind: Choice(
    [...cause_kinds],
    '`problem`: the row of the directory; `shared`: another user of the directory has the same identifier; `outcome`: the last login ended so; `refused`: an earlier login was refused, and the last attempt does not say why; `rehearsal`: the last rehearsal ended so; `drift`: the scripts disagree',
  ),
  cause: Type.String({ description: 'The problem, the outcome, `shared_identifier`, `refused` or `drift`.' }),
  people: count(
    'People who have not moved, with this cause; for `drift` also those who have. Each of the others counts once: by the problem of the row, else as `shared`, else by an outcome that needs a decision, else as `refused`, else by the rehearsal, else by any other outcome.',
  ),
  decided: count('Of them, those with a decision that waits for the next login or import.'),
  sample: Type.Optional(
    Type.Object(
      {
        record_id: Type.String(),
        name: Type.Optional(Type.String({ description: 'E-mail address, username, another identifier or legacy id.' })),
        message: Type.Optional(Type.String({ description: 'The last error, or the fields that differ.' })),
        at: Type.Optional(Timestamp('Time of the last outcome.')),
      },
      { description: 'One of those without such a decision.' },
    ),
  ),
})

/** Why people cannot move, or could not log in today. */
export const MigrationCauses = Type.Object({
  day: Type.String({ description: 'Today, `YYYY-MM-DD` in UTC.' }),
  logins: Type.Array(LoginFailure, {
    description: 'Logins that could not be completed today, and not because of a wrong name or password.',
  }),
  people: Type.Array(PeopleWithCause),
})
export type MigrationCauses = Static<typeof MigrationCauses>

const Group = Type.Object({
  name: Type.String(),
  people: count('People of the group.'),
})

/** The people of a migration, in groups. */
export const MigrationGroups = Type.Object({
  groups: Type.Optional(
    Type.Object({
      counted_at: Timestamp('When they were counted.'),
      moved_through: Type.Array(Group, { description: 'People who have moved, by the operation.' }),
      people: count('People who have not moved.'),
      last_activity: Type.Array(Group, { description: '`30_days`, `90_days`, `year`, `older`, `unknown`.' }),
      domains: Type.Array(Group, { description: 'The 10 most frequent e-mail domains.' }),
      other_domains: count('People of other e-mail domains.'),
      without_address: count('People without an e-mail address on record.'),
      with_hash: count(
        'People whose password hash the directory has. An import skips those of them who are disabled, refused, excluded or gone.',
      ),
      reachable: count('People with an e-mail address on record to which a link can be mailed.'),
      disabled: count('People whom the legacy store would not let log in.'),
    }),
  ),
  ...countingState,
})
export type MigrationGroups = Static<typeof MigrationGroups>

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const day = Type.String({ pattern: patterns.day.pattern, description: 'Day in UTC; default today' })

/** The formats of an exported list. */
export const record_formats = ['csv', 'ndjson'] as const

/** Operations that show how far migrations are. */
export const migrationProgressRoutes = {
  listMigrations: {
    method: 'GET',
    url: '/api/v2/migrations',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'List the migrations of all connections',
    description: 'Connections, the oldest first, with the sums over all connections of the tenant.',
    status: 200,
    query: Strict(offsetPaging),
    response: Type.Object({
      start: Type.Integer(),
      limit: Type.Integer(),
      total: Type.Integer({ description: 'Connections.' }),
      totals: Type.Object({ users: count('Users in Wherry.'), states, moved_today: count('Users who moved today.') }),
      migrations: Type.Array(MigrationOverview),
    }),
  },
  getMigrationLogins: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/logins',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Count the logins of a day by client and outcome',
    description: 'Logins with a password that have a log event, kept as long as log events.',
    status: 200,
    params: ConnectionParams,
    query: Strict({ day: Type.Optional(day) }),
    response: MigrationLogins,
  },
  getMigrationDays: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/days',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get the days of a migration',
    description: 'Moves, failures of the legacy store and saved versions of scripts by day.',
    status: 200,
    params: ConnectionParams,
    query: Strict({
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, description: 'Days to look back; default 90' })),
    }),
    response: Type.Object({
      days: Type.Array(ReportDay, { description: 'The days on which something happened, the oldest first.' }),
    }),
  },
  getMigrationCauses: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/causes',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get the causes that need an action, each with a sample',
    status: 200,
    params: ConnectionParams,
    response: MigrationCauses,
  },
  getMigrationGroups: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/groups',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Group the people who have not moved, and those who have',
    description:
      'Counting visits all records in parts, and takes seconds for a million. Where it takes more than 100 ms, a request answers the last count, and begins the next one when that is ten times as old as it took.',
    status: 200,
    params: ConnectionParams,
    response: MigrationGroups,
  },
  exportMigrationRecords: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/export',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Download migration records',
    description:
      'The records that the same filters list, as CSV or newline-delimited JSON. In CSV, whatever a spreadsheet would run as a formula has an apostrophe before it, also behind a `;`, a tab or a line break.',
    status: 200,
    params: ConnectionParams,
    query: Strict({
      ...recordFilter,
      format: Type.Optional(Choice([...record_formats], 'Format of the file; default `csv`')),
    }),
    or_file: ['text/csv', 'application/x-ndjson'],
    response: FileContent('The file.'),
  },
} satisfies Record<string, Route>
