import { Type, type Static } from 'typebox'
import { directory_problems } from './directory-problems.ts'
import { outcomes, type Outcome } from './outcomes.ts'
import { rehearsals_to_decide } from './person-causes.ts'
import { Choice, FileContent, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

/** What an operator decides about a migration record whose user cannot move as they are. */
export const decisionKinds = ['keep', 'rename', 'alias', 'exclude', 'retry'] as const
/** A kind of decision. */
export type DecisionKind = (typeof decisionKinds)[number]

/** The most rows of a file of decisions. */
export const decision_rows_max = 50_000

/** The most records that are decided about at once by their cause. */
export const decided_by_cause_max = 5000

const members = {
  email: Type.Optional(Text(254, 'With `rename`: the e-mail address that the user gets here')),
  username: Type.Optional(Text(128, 'With `rename`: the username that the user gets here')),
  phone_number: Type.Optional(Text(40, 'With `rename`: the phone number that the user gets here')),
  alias_of: Type.Optional(Text(64, 'With `alias`: the record of the same person, whose id the user has here')),
  message: Type.Optional(
    Text(500, 'With `exclude`: the text that the user sees after the right password; default: a general one'),
  ),
}

const kindText =
  '`keep`: this user, who has a valid identifier, moves, and the other legacy users with the same identifiers do not; `rename`: the user moves with another identifier, which is unverified; `alias`: another legacy id of the person of another record; `exclude`: the user never moves; `retry`: the next login decides again'

/** Input for a decision. */
export const NewDecision = Strict({ kind: Choice([...decisionKinds], kindText), ...members })
export type NewDecision = Static<typeof NewDecision>

/** A decision on a migration record. */
export const Decision = Type.Object({
  record_id: Type.String(),
  kind: Choice([...decisionKinds], kindText),
  ...members,
  decided_at: Timestamp('When it was made.'),
  decided_by: Type.String({ description: 'The admin, or the client whose token it was.' }),
})
export type Decision = Static<typeof Decision>

/** A decision about all records with the same cause. */
export const CauseDecision = Strict({
  outcome: Type.Optional(
    Choice(
      Object.keys(outcomes) as Outcome[],
      'The outcome of their last login, of users without another cause: as `GET …/causes` counts them',
    ),
  ),
  problem: Type.Optional(Choice([...directory_problems], 'The problem of their rows in the directory')),
  rehearsed: Type.Optional(
    Choice([...rehearsals_to_decide], 'The outcome of their last rehearsal, of users whom no login and no row refuses'),
  ),
  kind: Choice(['exclude', 'retry'], '`exclude`: these users never move; `retry`: the next login decides again'),
  message: members.message,
  people_max: Type.Integer({
    minimum: 1,
    maximum: decided_by_cause_max,
    description: 'The most records to decide about, such as the number that was shown',
  }),
})
export type CauseDecision = Static<typeof CauseDecision>

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const RecordParams = Strict({
  connection_id: Text(64, 'Id of the connection'),
  record_id: Text(64, 'Id of the record'),
})

const DecisionsForm = Strict({
  file: Type.Unsafe<never>({
    type: 'string',
    format: 'binary',
    description: `The file that \`GET …/decisions\` answers, with the column decision filled in: CSV with commas, semicolons or tabs, in UTF-8, of at most ${decision_rows_max} rows and 16 MiB. A row without a decision is left as it is.`,
  }),
})

const count = Type.Integer({ minimum: 0 })

/** Operations on decisions. */
export const decisionRoutes = {
  setDecision: {
    method: 'PUT',
    url: '/api/v2/migrations/:connection_id/records/:record_id/decision',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Decide about a migration record',
    description:
      'A decision replaces the one before; the same one again changes nothing. It can be changed and taken back until the user has moved. The connection must be in import mode.',
    status: 200,
    params: RecordParams,
    body: NewDecision,
    response: Decision,
  },
  deleteDecision: {
    method: 'DELETE',
    url: '/api/v2/migrations/:connection_id/records/:record_id/decision',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Take the decision about a migration record back',
    status: 204,
    params: RecordParams,
    response: NoContent,
  },
  decideCause: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/decisions/by-cause',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Decide about all records with the same cause',
    description:
      'Give one of `outcome`, `problem` and `rehearsed`. Records that have a decision, or of which another record is an alias, are left as they are. It decides in parts of 500: each part is made whole, and a repeated request goes on.',
    status: 200,
    params: ConnectionParams,
    body: CauseDecision,
    response: Type.Object({
      decided: Type.Integer({ description: 'Decisions that were made.' }),
      has_more: Type.Boolean({ description: 'Whether further records with the cause have no decision.' }),
    }),
  },
  exportDecisions: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/decisions',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Download the records that need a decision',
    description:
      'A CSV file with a row for each record whose user could not move, or could not at the last rehearsal, and that has no decision. Whatever a spreadsheet would run as a formula has an apostrophe before it, also behind a `;`, a tab or a line break.',
    status: 200,
    params: ConnectionParams,
    query: Strict({
      format: Type.Optional(Choice(['csv'], 'Format of the file; default `csv`')),
      decided: Type.Optional(
        Type.Boolean({ description: 'Whether the file has the records with a decision instead; default false' }),
      ),
    }),
    file: 'text/csv',
    response: FileContent('The file.'),
  },
  loadDecisions: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/decisions',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Load a file of decisions',
    description:
      'All rows are checked first, and all decisions are made at once: a file with a wrong row is refused with its line, and changes nothing. Rows whose decisions hold already are left as they are.',
    status: 200,
    params: ConnectionParams,
    form: DecisionsForm,
    response: Type.Object({
      rows: Type.Integer({ description: 'Rows of the file.' }),
      decided: Type.Object(
        Object.fromEntries(decisionKinds.map((kind) => [kind, count])) as Record<DecisionKind, typeof count>,
        { description: 'Decisions of the file, by kind, also those that held before.' },
      ),
      left_open: Type.Integer({ description: 'Rows without a decision.' }),
    }),
  },
} satisfies Record<string, Route>
