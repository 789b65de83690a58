import { Type, type Static } from 'typebox'
import { Decision } from './decision.ts'
import { finishSteps } from './finish-steps.ts'
import { directory_problems } from './directory-problems.ts'
import { person_causes } from './person-causes.ts'
import { migrationStates, outcomes, type MigrationState, type Outcome } from './outcomes.ts'
import { rehearsalOutcomes } from './rehearsal.ts'
import { AnyObject, Timestamp, NoContent, Strict, Text, Choice, checkpointPaging, type Route } from './route.ts'

const State = Choice([...migrationStates], 'State of the record')
const OutcomeName = Choice(Object.keys(outcomes) as Outcome[], 'How an attempt ended')
const count = Type.Integer({ minimum: 0 })
const stateCounts = Type.Object(
  Object.fromEntries(migrationStates.map((state) => [state, count])) as Record<MigrationState, typeof count>,
  { description: 'Records by state.' },
)

const paths = (description: string) => Type.Array(Type.String(), { description })

/** The ledger's record of one legacy user. */
export const MigrationRecord = Type.Object({
  record_id: Type.String(),
  connection_id: Type.String(),
  legacy_id: Type.Optional(
    Type.String({ description: 'The bare legacy id; absent while only an identifier is known.' }),
  ),
  email: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  state: State,
  user_id: Type.Optional(Type.String({ description: 'Id of the user in Wherry.' })),
  last_outcome: Type.Optional(Type.String()),
  last_outcome_at: Type.Optional(Timestamp('Time of the last outcome.')),
  last_error: Type.Optional(Type.String()),
  drift: Type.Optional(
    Type.Object(
      { fields: Type.Array(Type.String()), noticed_at: Timestamp('Time of the first difference.') },
      { description: 'Fields in which the scripts last disagreed about this user.' },
    ),
  ),
  profile_changes: Type.Optional(
    Type.Object(
      {
        dropped: Type.Optional(paths('Not stored: secrets, reserved names, and values of a wrong type or size.')),
        cut: Type.Optional(paths('Stored up to the longest length.')),
        converted: Type.Optional(paths('Stored in another type or form.')),
      },
      {
        description:
          'Paths of the members of the last profile that were not stored as the script returned it, at most 50 of each kind; never values.',
      },
    ),
  ),
  migrated_at: Type.Optional(Timestamp('When the user moved.')),
  migrated_through: Type.Optional(Type.String({ description: 'The operation: `login`, `reset_confirm`, `import`, …' })),
  created_at: Timestamp('When the user was first seen.'),
  updated_at: Timestamp('When the record last changed.'),
})
export type MigrationRecord = Static<typeof MigrationRecord>

/** What the directory of the legacy store says of the user of a record. */
export const RecordInDirectory = Type.Object(
  {
    given_legacy_id: Type.Optional(Type.String({ description: 'The id as the row has it, without `id_namespace`.' })),
    email: Type.Optional(Type.String({ description: 'In the letters of the row.' })),
    username: Type.Optional(Type.String()),
    phone_number: Type.Optional(Type.String()),
    email_verified: Type.Optional(Type.Boolean({ description: 'Absent where the row does not say.' })),
    last_activity_at: Type.Optional(Timestamp('The last login in the legacy store, where the row says it.')),
    disabled: Type.Boolean({ description: 'Whether the legacy store would not let the user log in.' }),
    has_hash: Type.Boolean({
      description: 'Whether a password hash is kept for an import. It is erased when the user moves or is deleted.',
    }),
    hash_form: Type.Optional(Type.String({ description: 'Form of the hash that the row had, or `unreadable`.' })),
    problem: Type.Optional(Choice(directory_problems, 'Why the record cannot move as it is')),
    load_id: Type.String({ description: 'The last load that names the user.' }),
    gone_at: Type.Optional(Timestamp('Since when the last load does not name the user.')),
  },
  { description: 'What the directory says of the user; absent for a user whom no load has named.' },
)
export type RecordInDirectory = Static<typeof RecordInDirectory>

/** A record with the identifiers by which the user was found, such as a typed one. */
export const ListedRecord = Type.Intersect([
  MigrationRecord,
  Type.Object({
    identifiers: Type.Array(Type.String(), { description: 'Identifiers of the user, in canonical form.' }),
    decision: Type.Optional(Decision),
    directory: Type.Optional(RecordInDirectory),
  }),
])
export type ListedRecord = Static<typeof ListedRecord>

/** One transition or noteworthy attempt. */
export const MigrationEvent = Type.Object({
  event_id: Type.String(),
  at: Timestamp('Time of the event.'),
  from_state: Type.Optional(Type.String()),
  to_state: Type.String(),
  through: Type.String(),
  outcome: Type.Optional(Type.String()),
  detail: AnyObject('Error text, names of drifted fields, durations, legacy ids; no other value of a profile.'),
})
export type MigrationEvent = Static<typeof MigrationEvent>

/** Recent health of a connection's legacy store. */
export const MigrationHealth = Type.Object({
  status: Choice(['idle', 'ok', 'degraded', 'failing'], '`failing`: the last five logins that ran a script all failed'),
  window_s: Type.Integer({ description: 'Length of the window.' }),
  outcomes: Type.Record(Type.String(), count, { description: 'Logins by outcome in the window.' }),
  circuit: Choice(['closed', 'open', 'half_open'], 'State of the circuit breaker in the process that answers'),
  circuit_open_until: Type.Optional(Timestamp('When the next call is allowed.')),
  last_success_at: Type.Optional(Timestamp('The last login that the legacy store answered.')),
  last_failure_at: Type.Optional(Timestamp('The last login that failed because of the script or the legacy store.')),
  last_failure: Type.Optional(Type.String({ description: 'Its outcome.' })),
  calls_in_flight: Type.Integer({ description: 'Script calls that run or wait in the process that answers.' }),
  failing_since: Type.Optional(
    Timestamp('The first of the outages in a row that opened the circuit breaker, in the process that answers.'),
  ),
  recent_calls: Type.Object(
    {
      calls: count,
      errors: count,
      p50_ms: Type.Union([Type.Integer(), Type.Null()]),
      p95_ms: Type.Union([Type.Integer(), Type.Null()]),
    },
    { description: 'Calls of `login` and `get_user` that began in this hour or the one before.' },
  ),
})
export type MigrationHealth = Static<typeof MigrationHealth>

/** The directory of a legacy store, in numbers. */
export const DirectorySummary = Type.Object(
  {
    loaded: Type.Boolean({
      description:
        'False: no directory is loaded. Then the number of users of the legacy store is unknown, and the other counts are of those only who were seen.',
    }),
    loaded_at: Type.Optional(Timestamp('When the last load was applied.')),
    load_id: Type.Optional(Type.String({ description: 'The last load that was applied.' })),
    records: Type.Optional(
      Type.Integer({
        description: 'Records of users whom a load has named. Those of the others were discovered here.',
      }),
    ),
    gone: Type.Optional(Type.Integer({ description: 'Of `records`: not named by the last load.' })),
    disabled: Type.Optional(Type.Integer({ description: 'Of `records`: disabled in the legacy store.' })),
    with_hash: Type.Optional(
      Type.Integer({
        description:
          'Of `records`: not moved, with a hash. An import skips those of them who are disabled, refused, excluded or gone.',
      }),
    ),
    problems: Type.Optional(Type.Integer({ description: 'Of `records`: cannot move as they are.' })),
    discovered: Type.Optional(Type.Integer({ description: 'Records of users whom no load has named.' })),
  },
  { description: 'The directory of the legacy store: the denominator of the counts.' },
)
export type DirectorySummary = Static<typeof DirectorySummary>

/** Progress of a connection's migration. */
export const MigrationSummary = Type.Object({
  connection_id: Type.String(),
  connection: Type.String(),
  mode: Choice(['local', 'import', 'legacy'], 'Mode of the connection'),
  finish_step: Type.Union([Choice([...finishSteps], 'Step of the finish'), Type.Null()], {
    description: 'The last step of the finish that was started; null before the first: see `GET …/finish`.',
  }),
  users: Type.Integer({ description: 'Users in Wherry.' }),
  records: Type.Integer({ description: 'Migration records.' }),
  states: stateCounts,
  directory: DirectorySummary,
  days: Type.Array(Type.Intersect([Type.Object({ day: Type.String() }), stateCounts]), {
    description: 'How many records came into each state on each day (UTC) on which one did.',
  }),
  health: MigrationHealth,
})
export type MigrationSummary = Static<typeof MigrationSummary>

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const RecordParams = Strict({
  connection_id: Text(64, 'Id of the connection'),
  record_id: Text(64, 'Id of the record'),
})

/** The operations by which a legacy user moves. */
export const waysToMove = ['login', 'reset_confirm', 'signup', 'api', 'import'] as const

/** The filters of a list of migration records. */
export const recordFilter = {
  state: Type.Optional(State),
  moved: Type.Optional(
    Type.Boolean({
      description:
        'Whether the user has moved. Neither true nor false finds the records of users who were deleted here.',
    }),
  ),
  outcome: Type.Optional(OutcomeName),
  q: Type.Optional(Text(320, 'The beginning of an identifier, or a legacy id')),
  gone: Type.Optional(Type.Boolean({ description: 'Whether the last load of the directory does not name the user' })),
  disabled: Type.Optional(Type.Boolean({ description: 'Whether the user is disabled in the directory' })),
  has_hash: Type.Optional(Type.Boolean({ description: 'Whether the directory has a hash for an import' })),
  problem: Type.Optional(Choice(['any', ...directory_problems], 'Why the record cannot move as it is')),
  shared: Type.Optional(
    Type.Boolean({
      description: 'Whether another user of the directory has an identifier of a user who has not moved',
    }),
  ),
  rehearsed: Type.Optional(Choice([...rehearsalOutcomes], 'How the last rehearsal of the user ended')),
  active_since: Type.Optional(Timestamp('Users whose last activity in the directory is at this time or later')),
  active_before: Type.Optional(Timestamp('Users whose last activity in the directory is before this time')),
  cause: Type.Optional(
    Choice(
      person_causes,
      'The kind and the cause under which `GET …/causes` counts the user, with a colon between them',
    ),
  ),
  decided: Type.Optional(
    Type.Boolean({ description: 'Whether a decision about the user waits for the next login or import' }),
  ),
  drifted: Type.Optional(Type.Boolean({ description: 'Whether the scripts disagree about the user' })),
  through: Type.Optional(Choice([...waysToMove], 'The operation by which the user moved')),
}

const RecordFilterQuery = Type.Object(recordFilter)
/** The filters of a list of migration records. */
export type RecordFilterQuery = Static<typeof RecordFilterQuery>

/** Operations on the ledger. */
export const migrationRoutes = {
  getMigration: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: "Get the progress of a connection's migration",
    status: 200,
    params: ConnectionParams,
    query: Strict({
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, description: 'Days to look back; default 30' })),
    }),
    response: MigrationSummary,
  },
  listMigrationRecords: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/records',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'List migration records, the newest first',
    description:
      'With a filter of the directory, in the order of their ids, or of their last activity, the most recent first, where that is filtered.',
    status: 200,
    params: ConnectionParams,
    query: Strict({
      ...checkpointPaging,
      ...recordFilter,
    }),
    response: Type.Object({ records: Type.Array(ListedRecord), next: Type.Optional(Type.String()) }),
  },
  getMigrationRecord: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/records/:record_id',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get a migration record with its history',
    status: 200,
    params: RecordParams,
    response: Type.Intersect([
      ListedRecord,
      Type.Object({ history: Type.Array(MigrationEvent, { description: 'Oldest first; the newest 500.' }) }),
    ]),
  },
  liftTombstone: {
    method: 'DELETE',
    url: '/api/v2/migrations/:connection_id/records/:record_id/tombstone',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Lift a tombstone, so that the deleted user may move again',
    status: 204,
    params: RecordParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
