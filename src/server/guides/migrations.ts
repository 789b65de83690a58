import { directory_formats } from '../../contract/directory-format.ts'
import { as_json, of_tenant, type CommandGuides, type GuideOption } from './guide.ts'

const one_connection = { value: 'N', required: true, meaning: 'name of the connection' } as const satisfies GuideOption
const confirmation = {
  value: 'N',
  required: true,
  meaning: 'the name of the connection again, as a confirmation',
} as const satisfies GuideOption
const shown = { json: as_json, tenant: of_tenant } as const

const one_person = {
  record: { value: 'R', meaning: 'the migration record of the person, as people find prints it' },
  user: { value: 'U', meaning: 'the id of the user, where the person has no record' },
} as const satisfies Partial<Record<string, GuideOption>>

/** The guides of the commands for migrations. */
export const migration_guides: CommandGuides = {
  'directory load': {
    summary:
      'Loads the list of the users of the legacy store, from a file or by the script list_users, and shows the progress.',
    options: {
      connection: one_connection,
      file: { value: 'F', meaning: 'the file, up to 4 GiB' },
      format: { value: 'T', meaning: `format of the file: ${directory_formats.join(', ')}` },
      'format-options': { value: 'J', meaning: 'how the file is read, as JSON, such as {"delimiter":";"}' },
      'list-users': { meaning: 'read the users by the script list_users, without a file' },
      'gone-limit': { value: 'P', meaning: 'how many percent may be gone without a confirmation; default: 5' },
      ...shown,
    },
    notes:
      'A load is a job: Ctrl-C does not end it once the file is sent. It is applied as a whole or not at all. The exit status is 1 where it\nfailed, or waits for a confirmation because it is empty or many users would be gone: directory confirm applies it then.',
    example: 'directory load --connection shop --file users.csv --format csv',
  },
  'directory confirm': {
    summary: 'Confirms a load that is empty or in which many users would be gone, and applies it.',
    options: {
      connection: one_connection,
      load: { value: 'L', required: true, meaning: 'the load, as directory show prints it' },
      rows: { value: 'N', required: true, meaning: 'the rows of the load' },
      gone: { value: 'N', required: true, meaning: 'how many users would be gone' },
      ...shown,
    },
    example: 'directory confirm --connection shop --load dld_4f9a --rows 4000 --gone 6000',
  },
  'directory cancel': {
    summary: 'Cancels a load that is read, or waits for its confirmation: nothing of it is applied.',
    options: {
      connection: one_connection,
      load: { value: 'L', required: true, meaning: 'the load, as directory show prints it' },
      tenant: of_tenant,
    },
    example: 'directory cancel --connection shop --load dld_4f9a',
  },
  'directory show': {
    summary: 'Lists the last 50 loads of the directory of a connection.',
    options: { connection: one_connection, ...shown },
    example: 'directory show --connection shop',
  },
  'directory import': {
    summary: 'Imports the users of the directory whose password hash can be used: they log in with their old password.',
    options: { connection: one_connection, ...shown },
    notes:
      'Users who are gone, disabled, refused, excluded or deleted are skipped. The exit status is 1 where users were refused.',
    example: 'directory import --connection shop',
  },
  rehearse: {
    summary:
      'Does for each user of the directory all that a move does, stores only the outcome, and prints the report at the end.',
    options: {
      connection: one_connection,
      rate: { value: 'R', required: true, meaning: 'calls of get_user per second, from 0.1 to 1000' },
      sample: { value: 'N', meaning: 'how many users, always the same; default: all' },
      ...shown,
    },
    notes: 'Needs a running server, where the rehearsal goes on when the command is interrupted: jobs cancel ends it.',
    example: 'rehearse --connection shop --rate 50 --sample 10000',
  },
  'decisions export': {
    summary: 'Prints the records that need a decision as CSV, to be filled in.',
    options: {
      connection: one_connection,
      decided: { meaning: 'the records that have a decision instead' },
      tenant: of_tenant,
    },
    example: 'decisions export --connection shop > decisions.csv',
  },
  'decisions load': {
    summary: 'Makes the decisions of a CSV file: all of them or, where a row is wrong, none.',
    options: { connection: one_connection, file: { value: 'F', required: true, meaning: 'the file' }, ...shown },
    example: 'decisions load --connection shop --file decisions.csv',
  },
  'finish preflight': {
    summary: 'Counts what would break if the migration of a connection were finished now.',
    options: { connection: one_connection, ...shown },
    example: 'finish preflight --connection shop',
  },
  'finish status': {
    summary:
      'Shows how far the migration of a connection is finished, what the next step does, and what a rollback would lose.',
    options: { connection: one_connection, ...shown },
    example: 'finish status --connection shop',
  },
  'finish start': {
    summary: 'Starts a step of the finish: no_op, watch, convert and disconnect, in this order.',
    options: {
      connection: one_connection,
      step: { value: 'S', required: true, meaning: 'no_op, watch, convert or disconnect' },
      confirm: confirmation,
      duration: { value: 'S', meaning: 'of watch: how long it lasts, in seconds; default: a week' },
      accept: {
        value: 'N',
        repeated: true,
        meaning:
          'of no_op and watch: what a watch may reach, such as latecomers=20, unknown_identifiers=500 (or any), other_programs=1',
      },
      ...shown,
    },
    notes:
      'A job of the server does the step: finish status shows its end. From no_op on, the scripts, the configuration and the mode of the\nconnection change by the finish only. disconnect cannot be undone.',
    example: 'finish start --connection shop --step no_op --confirm shop',
  },
  'people find': {
    summary:
      'Finds a person, here and in the legacy store: record, user, locks and last attempts with the text that was shown.',
    options: {
      connection: one_connection,
      query: {
        value: 'Q',
        required: true,
        meaning: 'e-mail address, username, phone number, legacy id, user id, or the reference code of a failure page',
      },
      'legacy-profile': { meaning: 'also what get_user says of the person now; it is in the log of the tenant' },
      ...shown,
    },
    example: 'people find --connection shop --query ada@example.com',
  },
  'people unlock': {
    summary: 'Unlocks the logins of a person after failed ones.',
    options: { connection: one_connection, ...one_person, tenant: of_tenant },
    example: 'people unlock --connection shop --record mrc_4f9a',
  },
  'people send-link': {
    summary: 'Mails a person a link for a new password, to the address on record.',
    options: { connection: one_connection, ...one_person, tenant: of_tenant },
    example: 'people send-link --connection shop --record mrc_4f9a',
  },
  'legacy-activity start': {
    summary: 'Samples for a time which other programs use the server of the legacy store.',
    options: {
      connection: one_connection,
      duration: { value: 'S', required: true, meaning: 'how long, in seconds, from 10 to 604800' },
      tenant: of_tenant,
    },
    notes:
      'Needs a running server. For PostgreSQL, MySQL, MariaDB and SQL Server; only sessions are read, no statement.',
    example: 'legacy-activity start --connection shop --duration 86400',
  },
  'legacy-activity show': {
    summary: 'Shows which other programs the last sampling has found, and the grant that it lacks.',
    options: { connection: one_connection, ...shown },
    example: 'legacy-activity show --connection shop',
  },
  report: {
    summary: 'Prints the closing report of a migration, which can be made at any time.',
    options: {
      connection: one_connection,
      format: { value: 'F', meaning: 'json, html or csv; default: json' },
      tenant: of_tenant,
    },
    example: 'report --connection shop --format html > report.html',
  },
  'finish rollback': {
    summary: 'Rolls the finish back: the scripts and import mode are as before. Not possible after disconnect.',
    options: { connection: one_connection, confirm: confirmation, ...shown },
    example: 'finish rollback --connection shop --confirm shop',
  },
}
