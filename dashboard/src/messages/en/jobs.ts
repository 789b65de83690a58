import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

export const jobs = {
  title: 'Jobs',
  subtitle:
    'Work that takes long: imports, exports, loads of directories. A job goes on after a restart of the server.',
  type: 'Kind of job',
  any: 'All',
  types: {
    users_import: 'Import of users',
    users_export: 'Export of users',
    verification_email: 'Verification mail',
    migration_finish: 'Step of the finish',
    rehearsal: 'Rehearsal',
    legacy_activity: 'Sample of legacy sessions',
    directory_load: 'Load of a directory',
    tail_import: 'Import of the users who have not moved',
  },
  columns: { job: 'Job', connection: 'Connection', status: 'State', progress: 'Progress', created: 'Created' },
  statuses: { pending: 'waiting', processing: 'running', completed: 'completed', failed: 'failed' },
  empty: 'No jobs yet',
  emptyHint:
    'Import users from a file whose passwords are known, or export users to a file. A job is kept for 30 days after its end.',
  noMatch: 'No job of this kind',
  noMatchHint: 'A job is kept for 30 days after its end.',
  newestOnly: (value: number) =>
    `The newest ${count(value)} jobs that have ended are shown. Choose a kind to see others.`,
  progress: 'Progress',
  percent: (value: number) => `${count(value)} %`,
  left: (seconds: number) =>
    seconds < 90
      ? plural('en', seconds, { one: 'about 1 second left', other: `about ${count(seconds)} seconds left` })
      : `about ${count(Math.round(seconds / 60))} minutes left`,
  facts: 'Job',
  id: 'Job id',
  externalId: 'External id',
  details: 'What happened',
  step: 'Step',
  format: 'Format',
  withHashes: 'Password hashes',
  included: 'in the file',
  summary: {
    total: 'Rows read',
    inserted: 'Created',
    updated: 'Changed',
    skipped: 'Skipped',
    failed: 'Refused',
  },
  skippedHint: (moved: number, deleted: number) =>
    `${count(moved)} had moved here, ${count(deleted)} were deleted here. They need nothing.`,
  ignored: (members: string) => `Members of rows that an import does not know, with the number of rows: ${members}`,
  downloadFile: 'Download the file',
  fileKept: 'The file is deleted an hour after the end of the job.',
  downloadFailed: 'Download the refused rows',
  failedKept:
    'Correct them and import the file again. It holds password hashes, each download is logged, and it is deleted a day after the end.',
  notDownloaded: 'The file could not be downloaded',
  errors: 'Refused rows',
  errorsMax: (value: number) => `The first ${count(value)} refused rows are listed.`,
  errorColumns: { line: 'Line', user: 'User', errors: 'Errors' },
  import: 'Import users',
  importTitle: 'Import users from a file',
  importText:
    'The file is a JSON array, or has one user per line, in the form of Auth0. Users who move at a login meanwhile, or were deleted here, are skipped.',
  connection: 'Connection',
  connectionRequired: 'Choose the connection that gets the users.',
  file: 'File',
  fileHint:
    'At most 4 GiB, UTF-8. Passwords as password_hash (any text whose format can be recognised) or custom_password_hash.',
  fileRequired: 'Choose a file.',
  upsert: 'Change users who exist',
  upsertHint:
    'Names, picture and metadata are replaced. A password that was set here is never replaced. Without it, rows of users who exist are refused.',
  knownUser: 'A user whose password you know',
  knownUserHint:
    'Before anything is imported, this password is verified against the hash of the row. User id, e-mail address or username.',
  knownPassword: 'The password of this user',
  knownTogether: 'Give both or none: the user and the password.',
  start: 'Start',
  export: 'Export users',
  exportTitle: 'Export users to a file',
  allConnections: 'All connections',
  formats: { json: 'JSON, one user per line', csv: 'CSV' },
  fields: 'Fields',
  fieldsHint:
    'One path per line, such as user_metadata.plan or identities[0].connection. Empty: the whole user in JSON, eleven fields in CSV.',
  hashes: 'With password hashes and second factors',
  hashesHint:
    'In the form in which an import reads them. Who has this file can try to find the passwords. Each download is logged.',
}
