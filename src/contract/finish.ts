import { Type, type Static } from 'typebox'
import { finishSteps } from './finish-steps.ts'
import { counts, countingState } from './kept-counts.ts'
import { ListedRecord } from './migration-record.ts'
import { checkpointPaging, Choice, Strict, Text, Timestamp, type Route } from './route.ts'

/** The states of a step. */
export const finishStates = ['running', 'done', 'exceeded', 'failed'] as const

/** How long a watch lasts where the request does not say it: a week, in seconds. */
export const watch_default_s = 604_800
const watch_max_s = 7_776_000

const count = (description: string) => Type.Integer({ minimum: 0, description })
const Step = Choice([...finishSteps], 'Step of the finish')
const State = Choice(
  [...finishStates],
  '`running`; `done`; `exceeded`: the watch ended with more than was accepted, and is to be started again; `failed`: its job failed, and the step can be started again',
)

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const RecordParams = Strict({
  connection_id: Text(64, 'Id of the connection'),
  record_id: Text(64, 'Id of the record'),
})

/** A reason to wait with the finish. */
export const PreflightReason = Type.Object({
  reason: Choice(
    [
      'not_moved',
      'no_mail_server',
      'no_directory',
      'open_resets',
      'recent_legacy_logins',
      'undecided',
      'other_programs',
      'not_sampled',
    ],
    'What would break, or is not known',
  ),
  count: count('How many; of logins, those of the last seven days.'),
  meaning: Type.String({ description: 'What it means for these people.' }),
  see: Type.String({ description: 'Path of the Management API that lists them.' }),
  by_state: Type.Optional(
    Type.Record(Type.String(), Type.Integer(), { description: 'Records that have not moved, by state.' }),
  ),
  by_last_activity: Type.Optional(
    Type.Array(Type.Object({ within: Type.String(), count: Type.Integer() }), {
      description:
        'Those of them that are in the directory, by their last activity: `30d`, `90d`, `365d`, `older`, or `unknown` where the directory does not have it. Each is in one. They are counted at `counted_at`; absent before.',
    }),
  ),
})
export type PreflightReason = Static<typeof PreflightReason>

/** What would break if the migration were finished now. */
export const Preflight = Type.Object({
  connection_id: Type.String(),
  connection: Type.String(),
  mode: Choice(['local', 'import', 'legacy'], 'Mode of the connection'),
  migrated: count('People who have moved.'),
  known: count(
    'People whom the ledger knows: those of the directory and those who came without being in one; without those who were deleted here.',
  ),
  has_directory: Type.Boolean({
    description: 'Whether a directory was loaded. Without one it is unknown how many people have not come yet.',
  }),
  ...countingState,
  counted_at: Type.Optional(
    Timestamp(
      'When people were counted by their last activity: those who have moved and who have not are of that time, too, and every other number is that of this moment.',
    ),
  ),
  reasons: Type.Array(PreflightReason, {
    description:
      'Only reasons whose count is not 0 (`no_mail_server` counts the people who have not moved, where neither the server nor the tenant has a mail server), `no_directory` where there is none, and `not_sampled` where the sessions of the legacy store can be sampled and were not. None of them forbids the finish.',
  }),
})
export type Preflight = Static<typeof Preflight>

const Accepted = Type.Object({
  latecomers: count('The most people who may turn out not to have moved.'),
  unknown_identifiers: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'The most logins with unknown identifiers; null for no limit.',
  }),
  other_programs: count('The most other programs that may still use the legacy store.'),
})
/** The numbers that a watch may reach. */
export type AcceptedNumbers = Static<typeof Accepted>

/** What a step does, before it is started and after. */
export const FinishStepText = Type.Object({
  step: Step,
  does: Type.String({ description: 'What it does.' }),
  undo: Type.String({ description: 'How it is undone, or what can no longer be.' }),
})
export type FinishStepText = Static<typeof FinishStepText>

/** How far the migration of a connection is ended. */
export const Finish = Type.Object({
  connection_id: Type.String(),
  connection: Type.String(),
  mode: Choice(['local', 'import', 'legacy'], 'Mode of the connection'),
  step: Type.Union([Step, Type.Null()], { description: 'The last step that was started; null before the first.' }),
  state: Type.Optional(State),
  job_id: Type.Optional(Type.String({ description: 'The job of the step.' })),
  error: Type.Optional(Type.String({ description: 'Why the job of the step failed, or is tried again.' })),
  started_at: Type.Optional(Timestamp('When the finish was started.')),
  step_started_at: Type.Optional(Timestamp('When the step was started.')),
  step_ended_at: Type.Optional(Timestamp('When the step ended.')),
  next: Type.Union([Step, Type.Null()], {
    description:
      'The step that can be started now; null while one runs, after the last, and where the connection is not in import mode.',
  }),
  steps: Type.Array(FinishStepText, { description: 'All steps, in their order.' }),
  accepted: Type.Optional(Accepted),
  watch: Type.Optional(
    Type.Object(
      {
        until: Timestamp('When it ends.'),
        latecomers: count('People who had not moved and tried to log in or to get a new password since it began.'),
        unknown_identifiers: count('Logins with unknown identifiers since it began.'),
        other_programs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
          description:
            'Other programs that a sampling (`POST …/legacy-activity`) has found in the legacy store since it began; null where none has succeeded since: then it is not known, and does not count against the accepted number.',
        }),
        is_within: Type.Boolean({ description: 'Whether all numbers are within the accepted ones.' }),
      },
      { description: 'The numbers of the last watch: until now, or at its end.' },
    ),
  ),
  latecomers: Type.Optional(
    Type.Object({
      people: count('People who had not moved and tried since the finish was started.'),
      days: Type.Array(Type.Object({ day: Type.String(), latecomers: Type.Integer() }), {
        description: 'Of them, those who tried on each day (UTC) on which one did; each counts once a day.',
      }),
    }),
  ),
  rollback: Type.Object({
    is_possible: Type.Boolean(),
    loses: Type.Array(Type.String(), { description: 'What a rollback would lose now, or why none is possible.' }),
  }),
  wiped: Type.Optional(
    Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() }), {
      description: 'What the step disconnect has wiped so far.',
    }),
  ),
  kept: Type.Optional(
    Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() }), {
      description: 'What is kept of the legacy store after disconnect.',
    }),
  ),
})
export type Finish = Static<typeof Finish>

/** Input for starting a step. */
export const StartFinish = Strict({
  step: Step,
  confirm: Text(128, 'Name of the connection, as a confirmation of what `GET …/preflight` and `GET …/finish` say'),
  duration_s: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: watch_max_s,
      description: `Only of watch: how long it lasts, at most 90 days; default ${watch_default_s} (a week)`,
    }),
  ),
  accept: Type.Optional(
    Strict(
      {
        latecomers: Type.Optional(Accepted.properties.latecomers),
        unknown_identifiers: Type.Optional(Accepted.properties.unknown_identifiers),
        other_programs: Type.Optional(Accepted.properties.other_programs),
      },
      'Only of no_op and watch: the numbers that a watch may reach. Default: as many latecomers as people who had not moved, and as many other programs as the last sampling had found, when no_op was confirmed; any number of unknown identifiers',
    ),
  ),
})
export type StartFinish = Static<typeof StartFinish>

/** A person who had not moved when the no-ops took over, and who tried since. */
export const Latecomer = Type.Object({
  record: ListedRecord,
  attempts: count('Logins and requests for a new password since the finish was started.'),
  last_through: Choice(['login', 'reset_request'], 'The last attempt'),
  first_at: Timestamp('The first attempt.'),
  last_at: Timestamp('The last attempt.'),
})
export type Latecomer = Static<typeof Latecomer>

/** Operations that end the migration of a connection. */
export const finishRoutes = {
  getPreflight: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/preflight',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get what would break if the migration were finished now',
    status: 200,
    params: ConnectionParams,
    query: Strict({ counts }),
    response: Preflight,
  },
  getFinish: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/finish',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get how far the migration is finished, what each step does and what a rollback would lose',
    status: 200,
    params: ConnectionParams,
    response: Finish,
  },
  startFinishStep: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/finish',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Start a step of the finish',
    description:
      'The steps are `no_op`, `watch`, `convert` and `disconnect`, in this order; `watch` may be repeated. A job does each. From `no_op` on, a change of the scripts, the configuration or the mode of the connection answers 409 `finish_in_progress`.',
    status: 202,
    params: ConnectionParams,
    body: StartFinish,
    response: Finish,
  },
  rollBackFinish: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/finish/rollback',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Roll the finish back: the scripts and import mode are as before',
    description:
      'Possible in each step before `disconnect`. Users who have moved are not affected: `rollback.loses` of `GET …/finish` says what is lost.',
    status: 200,
    params: ConnectionParams,
    body: Strict({ confirm: Text(128, 'Name of the connection') }),
    response: Finish,
  },
  listLatecomers: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/latecomers',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'List people who had not moved and tried since the finish was started, the last first',
    status: 200,
    params: ConnectionParams,
    query: Strict(checkpointPaging),
    response: Type.Object({ latecomers: Type.Array(Latecomer), next: Type.Optional(Type.String()) }),
  },
  linkMigrationRecord: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/records/:record_id/link',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Link a latecomer to the user who they are here',
    description:
      'For a person who has signed up with another address since. The record counts as moved, and its legacy id becomes a linked identity of the user, by which no one logs in.',
    status: 200,
    params: RecordParams,
    body: Strict({ user_id: Text(1024, 'The user, of the same connection') }),
    response: ListedRecord,
  },
  releaseMigrationRecord: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/records/:record_id/release',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Release the identifiers of a latecomer, so that anybody can sign up with them',
    description: 'The person can no longer get in by a new password. The record stays, without identifiers.',
    status: 200,
    params: RecordParams,
    response: ListedRecord,
  },
} satisfies Record<string, Route>
