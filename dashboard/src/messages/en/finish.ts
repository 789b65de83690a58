import type { FinishStepText, PreflightReason } from '../../../../src/contract/finish.ts'
import { number, plural } from '../plural'
import { finish_steps } from './finish-steps'

const count = (value: number): string => number('en', value)
const people = (value: number): string => plural('en', value, { one: '1 person', other: `${count(value)} people` })

const activity: Record<string, string> = {
  '30d': 'in the last 30 days',
  '90d': '30 to 90 days ago',
  '365d': '90 days to a year ago',
  older: 'more than a year ago',
  unknown: 'at an unknown time',
}

export const finish = {
  title: 'Finish',
  subtitle: 'Ends the migration: from then on nothing asks the legacy store any more.',
  stale: 'What is shown may have changed since',
  nothing: {
    local: 'There is nothing to finish',
    legacy: 'The connection does not import users yet',
    import: '',
  },
  nothingHint: {
    local: 'This connection keeps its users here and asks no legacy store.',
    legacy:
      'The legacy store decides about each login, and no user has a password here. Turn on Import users on the page of the connection and let people move first.',
    import: '',
  },
  finished: 'The migration is finished',
  finishedText: 'The legacy store is not needed any more. The report keeps the numbers of the migration.',

  preflight: 'What would break now',
  movedOf: (migrated: number, known: number) => `${count(migrated)} of ${people(known)} moved.`,
  movedWithout: (migrated: number) =>
    `${people(migrated)} moved. How many have not come yet is unknown without a directory.`,
  nothingBreaks: 'Nothing that is known here: all people have moved, and nothing waits for a decision.',
  reasonBadge: 'Check',
  /** What a reason means for the people. The server's own texts are English. */
  reasonMeaning: ({ meaning }: PreflightReason): string => meaning,
  reasons: {
    not_moved: (value: number) =>
      plural('en', value, {
        one: '1 person who has not moved could no longer log in',
        other: `${count(value)} people who have not moved could no longer log in`,
      }),
    no_mail_server: (value: number) =>
      plural('en', value, {
        one: '1 person could get no new password by mail',
        other: `${count(value)} people could get no new password by mail`,
      }),
    no_directory: () => 'No directory is loaded',
    open_resets: (value: number) =>
      plural('en', value, {
        one: '1 link for a new password is still open',
        other: `${count(value)} links for a new password are still open`,
      }),
    recent_legacy_logins: (value: number) =>
      plural('en', value, {
        one: '1 login was accepted by the legacy store in the last 7 days',
        other: `${count(value)} logins were accepted by the legacy store in the last 7 days`,
      }),
    undecided: (value: number) =>
      plural('en', value, {
        one: '1 person needs a decision',
        other: `${count(value)} people need a decision`,
      }),
    not_sampled: () => 'Whether other programs use the legacy store is unknown',
    other_programs: (value: number) =>
      plural('en', value, {
        one: '1 other program uses the legacy store',
        other: `${count(value)} other programs use the legacy store`,
      }),
  },
  solve: {
    not_moved: 'Show them',
    no_mail_server: 'Set a mail service',
    no_directory: 'Load a directory',
    open_resets: 'Show them',
    recent_legacy_logins: 'Show who moved',
    undecided: 'Decide',
    not_sampled: 'Start sampling',
    other_programs: 'Show the programs',
  },
  activityCounting: 'They are being counted by their last activity. This takes seconds with a million of them.',
  lastActivity: (within: string, value: number) => `${people(value)} last active ${activity[within] ?? within}`,

  steps: 'Steps',
  stepsHint: 'One after another. Until the last one, a rollback brings everything back.',
  stepNames: finish_steps,
  /** What a step does, and how it is undone. The server's own texts are English. */
  stepDoes: ({ does }: FinishStepText): string => does,
  stepUndo: ({ undo }: FinishStepText): string => undo,
  states: {
    open: 'not started',
    running: 'running',
    done: 'done',
    exceeded: 'more than accepted',
    failed: 'failed',
  },
  start: (step: string) => `Start: ${step}`,
  startAgain: (step: string) => `Start again: ${step}`,
  startTitle: (step: string) => `${step}?`,
  startAction: 'Start',
  started: (step: string) => `Started: ${step}`,

  watchLength: 'Lasts',
  watchUnit: 'Unit',
  units: { minutes: 'minutes', hours: 'hours', days: 'days' },
  accept: {
    latecomers: 'People who turn out not to have moved',
    unknown_identifiers: 'Logins with unknown identifiers',
    other_programs: 'Other programs in the legacy store',
  },
  acceptHint: {
    latecomers: 'The most that you accept. At first: as many as had not moved.',
    unknown_identifiers: 'The most that you accept. Empty: as before, at first any number.',
    other_programs: 'The most that you accept. They are counted only while a sampling runs: see below.',
  },

  watch: 'The watch',
  watchRunning: 'Counted since it began. The step ends when its time is over.',
  watchEnded: 'The numbers of the last watch.',
  endsAt: 'Ends',
  endedAt: 'Ended',
  passed: 'Time of the watch that is over',
  counted: 'Counted',
  now: 'Number',
  acceptedNumber: 'Accepted',
  verdict: 'Within',
  anyNumber: 'any number',
  notCounted: 'not counted',
  notCountedVerdict: 'no sampling ran',
  over: 'more than accepted',
  within: 'within',
  overText:
    'More than you accepted. Look at the people below and at the programs. Then start the watch again, with higher numbers where you accept them, or roll back.',

  rollBack: 'Roll back',
  rollBackTitle: 'Roll the finish back?',
  rollBackHint: 'The scripts and Import users are as before, and the legacy store is asked again.',
  noRollBack: 'There is no way back.',
  rolledBack: 'The finish is rolled back: the legacy store is asked again',

  what: 'What',
  count: 'Number',
  wiped: 'Wiped',
  wipedHint: 'Removed from this store for good.',
  kept: 'Kept',
  keptHint: 'Still here of the legacy store.',

  latecomers: 'People who had not moved and came since',
  latecomersHint:
    'They could not log in with their old password. On the page of each you send a link for a new password, link the user who they are now, or release their identifiers.',
  latecomersByDay: 'By day',
  latecomersList: 'List of these people',
  day: 'Day (UTC)',
  people: 'People',
  noLatecomers: 'No one came',
  noLatecomersHint:
    'None of the people who had not moved has tried to log in or to get a new password since the finish began.',
  person: 'Person',
  attempts: 'Attempts',
  last: 'Last attempt',
  when: 'When',
  through: { login: 'a login', reset_request: 'asked for a new password' },

  programs: 'Other programs in the legacy store',
  programsHint:
    'Reads the sessions of the database server of PostgreSQL, MySQL, MariaDB or SQL Server, never the text of a statement.',
  showSampling: 'Show the last sampling',
  noSampling: 'No sampling was made yet: whether other programs use the legacy store is unknown.',
  samplingLength: 'Sample for',
  durations: { '600': '10 minutes', '3600': '1 hour', '86400': '1 day', '604800': '7 days' },
  startSampling: 'Start sampling',
  samplingStarted: 'Sampling has started',
  notSampled: 'Sampling could not be started',
  sampling: { sampling: 'sampling', finished: 'finished' },
  samples: (taken: number, failed: number) =>
    `${plural('en', taken, { one: '1 sample', other: `${count(taken)} samples` })}, ${count(failed)} failed.`,
  missingGrant: 'Only some sessions are seen. This statement grants the right to see all:',
  noNames: 'The names of the programs cannot be read on this server.',
  cut: 'More than 500 programs were found. The others are left out.',
  noPrograms: 'No other program was found.',
  program: 'Program',
  databaseUser: 'Database user',
  host: 'From',
  database: 'Database',
  sessions: 'Most sessions',
  lastSeen: 'Last seen',
  unnamed: 'without a name',
  ownUser: (user: string) => `${user} (the user of this connection)`,
  sameHost: 'the server itself',
}
