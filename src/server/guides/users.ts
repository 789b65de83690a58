import {
  as_json,
  of_tenant,
  of_tenant_or_admins,
  type CommandGuide,
  type CommandGuides,
  type GuideOption,
} from './guide.ts'

const one_user = {
  value: 'U',
  required: true,
  meaning: 'id, e-mail address, username or phone number of the user',
} as const satisfies GuideOption

const one_job = { value: 'J', required: true, meaning: 'id of the job' } as const satisfies GuideOption

const error_file = {
  value: 'F',
  meaning: 'new file for the refused rows, one JSON object in a line: the row without secrets, its line, and why',
} as const satisfies GuideOption

const with_hashes = {
  meaning:
    'with password hashes and second factors, which an import reads: Auth0 never gives them. The file needs the care of a database of passwords',
} as const satisfies GuideOption

const export_options = {
  file: { value: 'F', required: true, meaning: 'new file; with a name that ends with .gz it is compressed' },
  'include-password-hashes': with_hashes,
  json: as_json,
  tenant: of_tenant,
} as const satisfies CommandGuide['options']

/** The guides of the commands for users, and for the jobs that import and export them. */
export const user_guides: CommandGuides = {
  'users find': {
    summary: 'Lists users, the oldest first.',
    options: {
      query: { value: 'Q', meaning: "query, as the Management API's q; default: all users" },
      connection: { value: 'N', meaning: 'only users of this connection' },
      limit: { value: 'N', meaning: 'how many users, up to 1000; default: 20' },
      json: as_json,
      tenant: of_tenant_or_admins,
    },
    notes:
      'Queries\n  email:"ada@example.com"          email:*@example.com            email.domain:example.com\n  arrived_through:login            blocked:true                   NOT _exists_:last_login\n  user_metadata.plan:"pro"         logins_count:[10 TO *]         last_login:[2026-01-01 TO *]',
    example: `users find --query 'email:"ada@example.com"'`,
  },
  'users show': {
    summary:
      'Shows a user: attributes, how and when the user came here, the state in the migration, and locks after failed logins.',
    options: { user: one_user, json: as_json, tenant: of_tenant_or_admins },
    example: 'users show --user ada@example.com',
  },
  'users block': {
    summary: 'Blocks a user, and ends all sessions and refresh tokens.',
    options: { user: one_user, tenant: of_tenant_or_admins },
    example: 'users block --user ada@example.com',
  },
  'users unblock': {
    summary: 'Unblocks a user, and lifts the locks after failed logins.',
    options: { user: one_user, tenant: of_tenant_or_admins },
    example: 'users unblock --user ada@example.com',
  },
  'users delete': {
    summary:
      'Deletes a user. Of a user who had moved a tombstone stays: the legacy store does not create the user again.',
    options: {
      user: one_user,
      yes: { meaning: 'delete: without it, the command prints whom it would delete' },
      'local-only': { meaning: 'in legacy mode, do not delete the user in the legacy store' },
      tenant: of_tenant_or_admins,
    },
    example: 'users delete --user ada@example.com --yes',
  },
  'users send-reset': {
    summary:
      'Sends a user a link, or a code in a text message, for a new password. The exit status is 1 where nothing was sent.',
    options: {
      user: one_user,
      connection: {
        value: 'N',
        meaning: 'connection of the user; needed for a legacy user who has not moved and is found by get_user',
      },
      tenant: of_tenant,
    },
    example: 'users send-reset --user ada@example.com --connection shop',
  },
  import: {
    summary:
      'Imports users with their password hashes from a file of JSON or NDJSON, shows the progress, and lists the refused rows.',
    options: {
      file: { value: 'F', required: true, meaning: 'the file, up to 4 GiB: an array of users, or one user in a line' },
      connection: { value: 'N', required: true, meaning: 'the connection that gets the users' },
      upsert: { meaning: 'change users who exist; without it their rows are refused' },
      'external-id': { value: 'I', meaning: 'a text that is kept with the job' },
      'error-file': error_file,
      json: { meaning: 'print the job and the first 1000 refused rows as JSON' },
      tenant: of_tenant,
    },
    notes:
      'An import is a job: Ctrl-C, or the loss of this terminal, does not end it once the file is sent. A user who moves at a login meanwhile\nis no error, and a user who was deleted here is not created again. The exit status is 1 where the job failed or refused rows, 130 after\nCtrl-C. docs/guides/import-users.md lists the members of a row and the hashes.',
    example: 'import --file users.json --connection shop --error-file refused.ndjson',
  },
  export: {
    summary: 'Exports users to a new file.',
    options: {
      file: export_options.file,
      connection: { value: 'N', meaning: 'only users of this connection' },
      format: { value: 'T', meaning: 'json (a user in a line) or csv; default: json' },
      fields: { value: 'L', meaning: 'fields with commas between them, each with =NAME for its name in the file' },
      limit: { value: 'N', meaning: 'how many users, the oldest first; default: all' },
      'include-password-hashes': with_hashes,
      json: as_json,
      tenant: of_tenant,
    },
    notes: 'An export is a job: Ctrl-C does not end it. Its file is kept sealed for an hour: jobs download writes it.',
    example: 'export --file users.csv --format csv --fields email,name,user_metadata.plan=plan',
  },
  'jobs list': {
    summary: 'Lists jobs: those that have not ended, then the newest of the others.',
    options: { json: as_json, tenant: of_tenant },
    example: 'jobs list',
  },
  'jobs show': {
    summary: 'Shows a job and, of an import that has ended, the refused rows.',
    options: {
      job: one_job,
      follow: { meaning: 'show the progress to its end; where no server runs, go on with the job here' },
      'error-file': error_file,
      json: as_json,
      tenant: of_tenant,
    },
    example: 'jobs show --job job_4f9a --follow',
  },
  'jobs cancel': {
    summary: 'Ends a job after its current step. What it has written stays.',
    options: { job: one_job, tenant: of_tenant },
    example: 'jobs cancel --job job_4f9a',
  },
  'jobs download': {
    summary:
      'Writes the file of an export that ended less than an hour ago, or the refused rows of an import that ended less than a day ago, as they were sent.',
    options: { job: one_job, ...export_options },
    notes:
      'Correct the refused rows of an import in the file, and import it again. They may have password hashes: --include-password-hashes is needed.',
    example: 'jobs download --job job_4f9a --file users.json',
  },
}
