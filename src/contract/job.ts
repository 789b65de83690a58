import { Type, type Static } from 'typebox'
import { finishSteps } from './finish-steps.ts'
import { ticketIdentity } from './user-ticket.ts'
import { AnyObject, Choice, FileContent, IdParams, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

/** Why a row of an import is refused: Auth0's codes. */
export const importErrorCodes = [
  'ANY_OF_MISSING',
  'ARRAY_LENGTH_LONG',
  'ARRAY_LENGTH_SHORT',
  'CONFLICT',
  'CONFLICT_EMAIL',
  'CONFLICT_USERNAME',
  'DUPLICATED_USER',
  'FORMAT',
  'INVALID_TYPE',
  'MAX_LENGTH',
  'MFA_FACTORS_FAILED',
  'NOT_PASSED',
  'OBJECT_REQUIRED',
  'PATTERN',
] as const
/** The code of an error of a row. */
export type ImportErrorCode = (typeof importErrorCodes)[number]

const count = (description: string) => Type.Integer({ minimum: 0, description })

const ImportSummary = Type.Object({
  total: count('Rows that were read.'),
  inserted: count('Users who were created.'),
  updated: count('Users who existed and were changed, with `upsert`.'),
  failed: count('Rows that were refused: see the errors of the job.'),
  skipped: count('Ours: rows that need nothing: their users have moved here, or were deleted here.'),
  skipped_moved: count('Ours: skipped, because the user has moved here at a login or a reset.'),
  skipped_deleted: count('Ours: skipped, because the user was deleted here and has a tombstone.'),
  skipped_gone: Type.Optional(count('Of a tail import: skipped, because the last load does not name the user.')),
  skipped_disabled: Type.Optional(count('Of a tail import: skipped, because the user is disabled in the directory.')),
  skipped_excluded: Type.Optional(
    count('Of a tail import: skipped, because a decision excludes the user, or says that the user has another record.'),
  ),
  skipped_refused: Type.Optional(count('Of a tail import: skipped, because the record of the user is refused.')),
  ignored_members: Type.Optional(
    Type.Record(Type.String(), Type.Integer(), {
      description: 'Ours: members of rows that an import does not know, with the number of rows: at most 50 names.',
    }),
  ),
})

/** What jobs do. */
export const jobTypes = [
  'users_import',
  'users_export',
  'verification_email',
  'migration_finish',
  'rehearsal',
  'legacy_activity',
  'directory_load',
  'tail_import',
] as const

/** A job, as the API shows it. */
export const Job = Type.Object({
  id: Type.String({ description: '`job_…`.' }),
  type: Choice(jobTypes, 'What the job does'),
  status: Choice(['pending', 'processing', 'completed', 'failed'], 'State'),
  created_at: Timestamp('When it was created.'),
  connection_id: Type.Optional(Type.String()),
  connection: Type.Optional(Type.String({ description: 'Name of the connection.' })),
  step: Type.Optional(Choice([...finishSteps], 'Ours: step of the finish of a migration')),
  external_id: Type.Optional(Type.String({ description: 'As it was given.' })),
  load_id: Type.Optional(
    Type.String({
      description: 'The load of a directory: `GET /api/v2/migrations/{connection_id}/directory/{load_id}`.',
    }),
  ),
  percentage_done: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  time_left_seconds: Type.Optional(Type.Integer({ description: 'Estimated from the progress so far.' })),
  status_details: Type.Optional(
    Type.String({
      description: 'Why it failed, or is tried again; of a load of a directory, what its confirmation is about.',
    }),
  ),
  summary: Type.Optional(ImportSummary),
  failed_rows_location: Type.Optional(
    Type.String({
      description:
        'Ours: address of the refused rows of an import as they were uploaded, for a token with `export:password_hashes`.',
    }),
  ),
  format: Type.Optional(Choice(['json', 'csv'], 'Format of an export')),
  limit: Type.Optional(Type.Integer()),
  fields: Type.Optional(Type.Array(Type.Object({ name: Type.String(), export_as: Type.String() }))),
  include_password_hashes: Type.Optional(Type.Boolean({ description: 'Ours: whether an export has secrets.' })),
  location: Type.Optional(
    Type.String({
      description:
        'Address of the compressed file of an export that has ended, for a token with `read:users`. It works without a token for 10 minutes; that of a file with password hashes is for a token with `export:password_hashes`, and needs one.',
    }),
  ),
})
export type Job = Static<typeof Job>

/** A refused row of an import. */
export const ImportError = Type.Object({
  user: AnyObject(
    'The members of the row that an import knows, without secrets: password hashes, second factors, and what has the name of a password or the form of a hash, at any depth.',
  ),
  errors: Type.Array(
    Type.Object({
      code: Choice(importErrorCodes, 'Kind of error'),
      message: Type.String(),
      path: Type.String({ description: 'The member; empty for the whole row.' }),
    }),
  ),
  index: Type.Integer({ description: 'Ours: number of the row in the file, from 0.' }),
  line: Type.Integer({ description: 'Ours: line of the file on which the row begins, from 1.' }),
})
export type ImportError = Static<typeof ImportError>

/** The most errors that are kept of a job. */
export const kept_errors_max = 10_000

const fields = {
  connection_id: Text(64, 'The connection that gets the users: local, or in import mode'),
  upsert: Type.Optional(
    Type.Boolean({
      description:
        'Whether users who exist are changed: email_verified, names, picture and metadata, which are replaced as a whole; the password only of a user who has none or was imported and has not logged in. Needs `update:users`, too. Default false: their rows are errors.',
    }),
  ),
  external_id: Type.Optional(Text(255, 'Kept and shown with the job')),
  known_user: Type.Optional(
    Text(300, 'Ours: user_id, e-mail address or username of one user of the file whose password is known'),
  ),
  known_password: Type.Optional(
    Text(
      1024,
      'Ours: the password of that user. Before anything is imported it is verified against the hash of the row; where it does not match, the job fails',
    ),
  ),
  send_completion_email: Type.Optional(
    Type.Boolean({ description: 'Accepted; no mail is sent: a log event of the type sui or fui tells the end' }),
  ),
}

/** The form of an upload without its file. */
export const ImportFields = Strict(fields)
export type ImportFields = Static<typeof ImportFields>

const ImportForm = Strict({
  users: Type.Unsafe<never>({
    type: 'string',
    format: 'binary',
    description:
      'The file: a JSON array of users or, ours, one user per line (NDJSON), in UTF-8, of at most 4 GiB; a row has at most 1 MiB. Members are those of Auth0: email, email_verified, phone_number, phone_verified, user_id, username, given_name, family_name, name, nickname, picture, blocked, app_metadata, user_metadata, mfa_factors, password_set_date, and password_hash (any text whose format can be recognised) or custom_password_hash. Null means absent; other members are ignored and counted.',
  }),
  ...fields,
})

const export_fields_max = 100

/** Input for an export of users. */
export const NewUsersExport = Strict({
  connection_id: Type.Optional(Text(64, 'Only the users of this connection')),
  format: Type.Optional(Choice(['json', 'csv'], 'One JSON object per line (default), or CSV')),
  limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Users to export, the oldest first; default all' })),
  fields: Type.Optional(
    Type.Array(
      Strict({
        name: Text(100, 'Path of a value: `email`, `user_metadata.plan`, `identities[0].connection`'),
        export_as: Type.Optional(Text(100, 'Its name in the file')),
      }),
      {
        minItems: 1,
        maxItems: export_fields_max,
        description: 'What is exported; default: the whole user in JSON, and eleven fields in CSV',
      },
    ),
  ),
  include_password_hashes: Type.Optional(
    Type.Boolean({
      description:
        'Ours: whether the file has password hashes and second factors, in the form in which an import reads them. Needs `export:password_hashes`.',
    }),
  ),
})
export type NewUsersExport = Static<typeof NewUsersExport>

/** Input for a mail that verifies the address of a user. */
export const NewVerificationEmail = Strict({
  user_id: Text(1024, 'The user'),
  client_id: Type.Optional(Text(128, 'Client that the link is created for')),
  identity: Type.Optional(ticketIdentity),
})
export type NewVerificationEmail = Static<typeof NewVerificationEmail>

/** Operations on jobs. */
export const jobRoutes = {
  createUsersImport: {
    method: 'POST',
    url: '/api/v2/jobs/users-imports',
    scopes: ['create:users'],
    tag: 'jobs',
    summary: 'Import users from a file',
    description:
      'The file is kept sealed, and deleted within a few minutes of the end of the job. Files of imports and exports of a tenant have at most 8 GiB together. A user who moves at a login meanwhile is no error. A user who was deleted here is not created again, and a password that was set here is never replaced. Users with mfa_factors cannot log in unless options.ignore_legacy_second_factor is set. A tenant has at most 2 imports that have not ended.',
    status: 202,
    form: ImportForm,
    response: Job,
  },
  createUsersExport: {
    method: 'POST',
    url: '/api/v2/jobs/users-exports',
    scopes: ['read:users'],
    tag: 'jobs',
    summary: 'Export users to a file',
    description:
      'The file is compressed (gzip), kept sealed, and deleted an hour after the end of the job. In CSV, whatever a spreadsheet would run as a formula has an apostrophe before it, also behind a `;`, a tab or a line break. A tenant has at most 5 exports that have not ended.',
    status: 200,
    body: NewUsersExport,
    response: Job,
  },
  createVerificationEmail: {
    method: 'POST',
    url: '/api/v2/jobs/verification-email',
    scopes: ['update:users'],
    tag: 'jobs',
    summary: 'Mail a user a link that verifies the e-mail address',
    description: 'A user with a verified address gets no mail.',
    status: 201,
    body: NewVerificationEmail,
    response: Job,
  },
  listJobs: {
    method: 'GET',
    url: '/api/v2/jobs',
    scopes: ['create:users', 'read:users', 'update:users', 'read:migrations'],
    tag: 'jobs',
    summary: 'List jobs',
    description:
      'Ours: the jobs that have not ended, and then those that have, the newest end first: at most `take` of both. A job is kept for 30 days after its end. `GET /api/v2/jobs/{id}` has the addresses of its files.',
    status: 200,
    query: Strict({
      type: Type.Optional(Choice(jobTypes, 'Only jobs that do this')),
      take: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Jobs to read; default 50.' })),
    }),
    response: Type.Object({ jobs: Type.Array(Job) }),
  },
  getJobFile: {
    method: 'GET',
    url: '/api/v2/jobs/:id/file',
    scopes: ['read:users', 'export:password_hashes'],
    tag: 'jobs',
    summary: 'Download the file of an export',
    description: 'A file with password hashes needs `export:password_hashes`, and each download of it is logged.',
    status: 200,
    params: IdParams,
    file: 'application/gzip',
    response: FileContent('The compressed file.'),
  },
  getJob: {
    method: 'GET',
    url: '/api/v2/jobs/:id',
    scopes: ['create:users', 'read:users', 'update:users', 'read:migrations'],
    tag: 'jobs',
    summary: 'Get a job',
    status: 200,
    params: IdParams,
    response: Job,
  },
  getFailedRows: {
    method: 'GET',
    url: '/api/v2/jobs/:id/failed-rows',
    scopes: ['export:password_hashes'],
    tag: 'jobs',
    summary: 'Download the refused rows of an import',
    description: `One row per line, as it was uploaded, to correct and load again: the first ${kept_errors_max} rows, of at most 64 MiB together, without rows of more than 1 MiB. They hold what the file held, password hashes too; each download is logged. The file is kept sealed, and deleted a day after the end of the job.`,
    status: 200,
    params: IdParams,
    file: 'application/x-ndjson',
    response: FileContent('The refused rows.'),
  },
  listJobErrors: {
    method: 'GET',
    url: '/api/v2/jobs/:id/errors',
    scopes: ['create:users', 'read:users', 'update:users', 'read:migrations'],
    tag: 'jobs',
    summary: 'List the refused rows of an import',
    description: `The first ${kept_errors_max} of them; without any, the answer is 204. For an import whose file could not be read, the job is answered.`,
    status: 200,
    params: IdParams,
    response: Type.Union([Type.Array(ImportError), Job, NoContent]),
  },
} satisfies Record<string, Route>
