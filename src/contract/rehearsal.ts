import { Type, type Static } from 'typebox'
import { Choice, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

/** How a rehearsal of one legacy user ended, with the meaning for the reference. */
const outcomes = {
  moved: 'The user would move.',
  already_moved: 'The user has moved.',
  tombstoned: 'The user was deleted here.',
  collision: 'Another user here has an identifier of the profile, or a decision reserves one for another legacy user.',
  shared_identifier:
    'Another user of the directory has an identifier of the profile: the first who logs in moves, and the others are refused.',
  repeated_id:
    'The directory has the legacy id more than once: the first who logs in moves, and the passwords of the others are wrong.',
  profile_refused: 'The profile cannot be stored.',
  blocked: 'The user is blocked, in the legacy store or here.',
  excluded: 'A decision excludes the user.',
  unknown_user: '`get_user` does not know the user.',
  other_user: '`get_user` returned another legacy user for the identifier.',
  no_password: 'The legacy store has no password of the user.',
  script_error: '`get_user` answered an error, threw, or is not a function.',
  legacy_unreachable: 'The legacy store could not be reached for this user, again and again.',
  legacy_timeout: 'The legacy store did not answer in time for this user, again and again.',
  script_timeout: '`get_user` did not answer before its deadline for this user, again and again.',
  out_of_memory: '`get_user` exceeded its memory limit for this user, again and again.',
} as const

/** How a rehearsal of one legacy user ended. */
export type RehearsalOutcome = keyof typeof outcomes

/** Every outcome of a rehearsal. */
export const rehearsalOutcomes = Object.keys(outcomes) as RehearsalOutcome[]

const count = (description: string) => Type.Integer({ minimum: 0, description })
const outcomeCounts = Object.fromEntries(rehearsalOutcomes.map((name) => [name, count(outcomes[name])])) as Record<
  RehearsalOutcome,
  ReturnType<typeof count>
>
const byPath = (description: string) => Type.Record(Type.String(), Type.Integer(), { description })

/** Options of a rehearsal. */
export const NewRehearsal = Strict({
  calls_per_second: Type.Number({
    minimum: 0.1,
    maximum: 1000,
    description: 'Calls of `get_user` per second, which the legacy store must bear beside its own logins',
  }),
  sample: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Users to rehearse, chosen at random and always the same; default all' }),
  ),
})
export type NewRehearsal = Static<typeof NewRehearsal>

/** A rehearsal and its report so far. */
export const Rehearsal = Type.Object({
  id: Type.String(),
  job_id: Type.String({ description: 'The job that runs it: `GET /api/v2/jobs/{id}`.' }),
  status: Choice(['pending', 'processing', 'completed', 'failed', 'canceled'], 'State'),
  calls_per_second: Type.Number(),
  sample: Type.Optional(Type.Integer()),
  users: count('Users to rehearse: those of the directory who are not gone, or the sample.'),
  rehearsed: count('Users who were rehearsed.'),
  outcomes: Type.Partial(Type.Object(outcomeCounts), { description: 'Rehearsed users by outcome.' }),
  refused_fields: byPath('Users with `profile_refused`, by the field of the profile.'),
  dropped: byPath('Profiles in which a member would not be stored, by its path.'),
  cut: byPath('Profiles in which a member would be stored up to the longest length, by its path.'),
  converted: byPath('Profiles in which a member would be stored in another type or form, by its path.'),
  hash_forms: byPath(
    'Users by the form of the password hash that `get_user` returned or the directory has; `none` without one.',
  ),
  latency_ms: Type.Object(
    {
      p50: Type.Optional(Type.Number()),
      p95: Type.Optional(Type.Number()),
      p99: Type.Optional(Type.Number()),
      max: Type.Optional(Type.Number()),
    },
    { description: 'Duration of the calls of `get_user`.' },
  ),
  calls: count('Calls of `get_user`.'),
  held_calls_per_second: Type.Optional(
    Type.Number({
      description:
        '`calls` divided by the time that they took, from the first to the end of the last, without `paused_s`.',
    }),
  ),
  paused_s: Type.Number({ description: 'How long it waited for the legacy store while the circuit was open.' }),
  changes: Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer()), {
    description: 'Users with another outcome than at the rehearsal before: by the outcome then, and the one now.',
  }),
  created_at: Timestamp('When it was requested.'),
  started_at: Type.Optional(Timestamp('When its first call was made.')),
  finished_at: Type.Optional(Timestamp('When it ended.')),
})
export type Rehearsal = Static<typeof Rehearsal>

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const RehearsalParams = Strict({
  connection_id: Text(64, 'Id of the connection'),
  rehearsal_id: Text(64, 'Id of the rehearsal'),
})

/** Operations on rehearsals. */
export const rehearsalRoutes = {
  startRehearsal: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/rehearsals',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Rehearse the move of all users of the directory, or of a sample',
    description:
      'A job calls `get_user` for each user and does all that a move does, but stores only the outcome on the migration record. It waits while the circuit of the connection is open. A connection has one rehearsal at a time.',
    status: 202,
    params: ConnectionParams,
    body: NewRehearsal,
    response: Type.Object({ id: Type.String(), job_id: Type.String() }),
  },
  listRehearsals: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/rehearsals',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'List the last 20 rehearsals, the newest first',
    status: 200,
    params: ConnectionParams,
    response: Type.Object({ rehearsals: Type.Array(Rehearsal) }),
  },
  getRehearsal: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/rehearsals/:rehearsal_id',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get the report of a rehearsal',
    status: 200,
    params: RehearsalParams,
    response: Rehearsal,
  },
  cancelRehearsal: {
    method: 'DELETE',
    url: '/api/v2/migrations/:connection_id/rehearsals/:rehearsal_id',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Cancel a rehearsal',
    description: 'It ends after its current step, and its report stays. One that has ended is left as it is.',
    status: 204,
    params: RehearsalParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
