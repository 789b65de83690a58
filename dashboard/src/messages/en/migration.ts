import type { MigrationState } from '../../../../src/contract/outcomes.ts'
import type { ScriptSaves } from '../../migration/script-saves'
import { number, percent, plural } from '../plural'
import { person } from './migration-person'
import { outcomes } from './outcomes'

const count = (value: number): string => number('en', value)
const people = (value: number): string => plural('en', value, { one: '1 person', other: `${count(value)} people` })
const logins = (value: number): string => plural('en', value, { one: '1 login', other: `${count(value)} logins` })

const notCompleted = (failed: number | undefined): string => {
  if (failed === undefined) return ''
  return failed === 0 ? '; every login could be completed today' : `; ${logins(failed)} could not be completed today`
}

const states: Record<MigrationState, string> = {
  unseen: 'not seen yet',
  seen: 'seen, not moved',
  reset_pending: 'reset link sent',
  migrated: 'moved',
  refused: 'refused',
  deleted: 'deleted here',
}

export const migration = {
  title: 'Migration',
  parts: 'Parts of the migration',
  tabs: {
    overview: 'Overview',
    directory: 'Directory',
    rehearsal: 'Rehearsal',
    decisions: 'Decisions',
    tailImport: 'Tail import',
    finish: 'Finish',
    report: 'Report',
  },
  progress: 'Progress of the job',
  jobWaits: 'The job begins in a moment.',
  jobDone: (percent: number, seconds: number | undefined) =>
    seconds === undefined
      ? `${percent} % done.`
      : `${percent} % done, about ${count(Math.ceil(seconds / 60))} min left.`,
  subtitle: 'How far your users have moved out of their legacy stores.',
  states,
  outcomes,
  problems: {
    missing_id: 'row without an id',
    invalid_id: 'id cannot be used',
    repeated_id: 'several rows with the same id',
    invalid_address: 'invalid e-mail address',
    invalid_username: 'invalid username',
    missing_identifier: 'no e-mail address, username or phone number',
    other_provider: 'signs in with another provider',
    shared_identifier: 'shares an address, a username or a phone number with another person',
  },
  drift: 'the scripts disagree',
  refusedBefore: 'refused at an earlier login; the last attempt does not say why',
  rehearsed: (outcome: string) => `at the last rehearsal: ${outcome}`,
  ways: {
    login: 'at a login',
    reset_confirm: 'with a new password',
    signup: 'at a sign-up',
    api: 'by the API',
    import: 'by an import',
  },
  modes: { local: 'local', import: 'imports users', legacy: 'legacy store decides' },
  people,
  logins,
  columns: {
    connection: 'Connection',
    mode: 'Mode',
    moved: 'Moved',
    notYet: 'Not yet',
    today: 'Moved today',
    person: 'Person',
    state: 'State',
    lastOutcome: 'Last attempt',
    legacyId: 'Legacy id',
    when: 'When',
    application: 'Application',
    here: 'Here',
    movedNow: 'Moved now',
    failed: 'Failed',
    count: 'Number',
  },
  noConnections: 'No connections yet',
  noConnectionsHint:
    'A migration begins with a connection that uses your own database: at each login its scripts ask the legacy store, and people whom it accepts move here.',
  knownOnly: (known: number) => `${count(known)} known`,
  circuitOpen: 'legacy store is not called',
  totals: (moved: number, not_yet: number, today: number) =>
    `${count(moved)} moved, ${count(not_yet)} known and not moved, ${count(today)} moved today.`,
  /** `failed`: undefined once no login belongs to the migration. */
  sentence: (moved: number, total: number, failed: number | undefined) =>
    `${count(moved)} of ${count(total)} moved${notCompleted(failed)}.`,
  sentenceWithout: (moved: number, seen: number, failed: number | undefined) =>
    `${count(moved)} moved and ${count(seen)} came by without moving${notCompleted(failed)}.`,
  withoutDirectory:
    'Only people who came by are known. How many the legacy store has is unknown until you load its directory: an export of its users, or the script list_users.',
  localSentence: (users: number) =>
    `This connection uses no legacy store: ${plural('en', users, { one: '1 user is', other: `${count(users)} users are` })} here.`,
  legacySentence: (users: number) =>
    `The legacy store decides about each login, and no one moves: ${plural('en', users, { one: '1 profile is', other: `${count(users)} profiles are` })} cached here. Switch on “Import users” to move people at their next login.`,
  goneHint: (gone: number) => `${people(gone)} of them are no longer in the last load of the directory.`,
  ended: 'The migration has ended',
  endedText: 'The connection is local: users log in here, and nothing asks the legacy store any more.',
  convertedAt: 'Local since',
  disconnectedAt: 'Disconnected from the legacy store:',
  openReport: 'Closing report',
  openFinish: 'Steps of the finish',
  finishing: 'The migration is being finished',
  finishingText: 'Its scripts find no user any more: people who have not moved get in by a new password only.',
  endedBadge: 'ended',
  finishingBadge: 'is being finished',
  funnel: 'People by state',
  funnelHint: 'Choose a state to list its people below.',
  share: (part: number, whole: number) => percent('en', part, whole),
  curve: 'Moves over time',
  curveMoved: 'moved that day',
  curveTotal: 'moved so far',
  curveEmpty: 'No one has moved yet',
  curveEmptyHint: 'The curve begins with the first person who logs in and moves.',
  markOutage: (calls: number) =>
    `legacy store was down for ${plural('en', calls, { one: '1 call', other: `${count(calls)} calls` })}`,
  markSaves: (saves: readonly ScriptSaves[]) =>
    `saved: ${saves.map(({ script, times }) => (times === 1 ? script : `${script} (${count(times)} times)`)).join(', ')}`,
  moreMarks: (more: number) => `${count(more)} earlier marks are in the report.`,
  today: 'Logins today',
  todayHint: 'With a password, since 00:00 UTC.',
  noLogins: 'No one has logged in today',
  noLoginsHint: 'Logins with a password appear here as they happen, by application.',
  unknownApplication: 'unknown application',
  deletedApplication: (client_id: string) => `${client_id} (deleted)`,
  moreApplications: (more: number) => `${count(more)} more applications with fewer logins are not listed.`,
  needsYou: 'Needs you',
  needsNothing: 'Nothing needs you',
  needsNothingHint: 'No login failed today for a reason that you could remove, and no one waits for a decision.',
  alsoToday: (today: number) => `${logins(today)} today.`,
  decided: (decided: number) => `Decided: ${people(decided)}. A decision takes effect at the next login or import.`,
  seeDecisions: 'See the decisions',
  forExample: 'For example',
  reference: (code: string) => `reference ${code}`,
  actions: {
    decide: 'Decide for each',
    review: 'Review and accept',
    script: 'Edit the script',
    wait: 'See who tried',
  },
  advice: {
    decide: 'They cannot move as they are: keep one, rename, join as an alias, or exclude.',
    review: 'The legacy store or a decision refuses them. Exclude those who shall never move.',
    script: 'The script or a rule fails for them. After a correction they move at their next login.',
    store:
      'The legacy store or its network failed. People did not read “wrong password”, and they move at their next login.',
    server:
      'The server could not run the scripts or rules: too many calls waited, or no process started. They move at their next login.',
    second: 'Wherry does not know their second factor. The connection can be set to let them in by password alone.',
    drift: 'login and get_user return different values for the same person. Correct the script that is wrong.',
  },
  decideAll: 'Decide for all',
  decideAllOf: (cause: string) => `Decide for all: ${cause}`,
  decideAllLabel: (named: number) => `What happens to ${people(named)}`,
  decideAllHint: (decided: number) =>
    decided === 0
      ? 'Each decision can be taken back until the person has moved.'
      : `The decisions about ${people(decided)} with this cause stay as they are. Each can be taken back until the person has moved.`,
  decideAllRest: (named: number, rest: number) =>
    `At most ${count(named)} are decided at once; ${people(rest)} ${rest === 1 ? 'is' : 'are'} left for the next time.`,
  consequencesForAll: {
    exclude: 'They never move. After the right password they read your text.',
    retry: 'Nothing is decided: the next login of each tries again.',
  },
  excludeAll: (named: number) => `Exclude ${people(named)}`,
  retryAll: (named: number) => `Try again with ${people(named)}`,
  decidedAll: (decided: number) => `Decided about ${people(decided)}`,
  decidedSome: (decided: number) => `Decided about ${people(decided)}. There are more with this cause.`,
  store: 'Legacy store',
  storeAnswers: (p50: number, p95: number) => `Answers in ${count(p50)} ms; 95 % of the calls within ${count(p95)} ms.`,
  storeIdle: 'No script was called in this hour or the one before.',
  storeLeft: 'It is not asked any more: the scripts of the finish find no user.',
  storeCalls: (calls: number, errors: number) =>
    `${plural('en', calls, { one: '1 call', other: `${count(calls)} calls` })} in this hour and the one before, ${count(errors)} failed.`,
  inFlight: (calls: number) =>
    calls === 0
      ? 'No call is running.'
      : plural('en', calls, { one: '1 call is running.', other: `${count(calls)} calls are running.` }),
  breaker: {
    closed: 'Circuit breaker: closed, every login is asked.',
    open: 'Circuit breaker: open. The legacy store is not called for up to ten seconds.',
    half_open: 'Circuit breaker: one call tries whether the legacy store answers again.',
  },
  failingSince: 'Down since',
  turnedAway: (turned: number) => `${logins(turned)} were turned away today without a call.`,
  lastFailure: (what: string) => `The last failure: ${what}.`,
  health: { idle: 'no recent login', ok: 'answers', degraded: 'some logins fail', failing: 'fails' },
  groups: 'Not moved',
  groupsCounting: 'The people are being counted. This takes seconds with a million of them.',
  groupsFailed: (why: string) => `They could not be counted: ${why}`,
  countedAt: 'Counted',
  byActivity: 'By last activity in the legacy store',
  byDomain: 'By e-mail domain',
  byWay: 'How people moved',
  activity: {
    '30_days': 'in the last 30 days',
    '90_days': '30 to 90 days ago',
    year: '90 days to a year ago',
    older: 'more than a year ago',
    unknown: 'unknown',
  },
  otherDomains: 'other domains',
  withHash: 'hash known',
  reachable: 'reachable by e-mail',
  withoutAddress: 'without an e-mail address',
  disabled: 'disabled in the legacy store',
  allMoved: 'Everybody who is known has moved.',
  records: 'People',
  list: 'List of people',
  searchLabel: 'Find a person by e-mail, username, phone number, legacy id or reference code',
  filters: 'Filters',
  filterState: 'State',
  stateNotMoved: 'not moved',
  filterOutcome: 'Last attempt',
  filterWay: 'Moved',
  filterMore: 'Also',
  filterRehearsed: 'Last rehearsal',
  filterAny: 'any',
  more: {
    drifted: 'the scripts disagree',
    problem: 'cannot move as their row is',
    shared: 'share an identifier with another person',
    has_hash: 'hash known',
    disabled: 'disabled in the legacy store',
    gone: 'gone from the directory',
  },
  clearFilters: 'Clear the filters',
  export: 'Export',
  exportCsv: 'As CSV',
  exportJson: 'As newline-delimited JSON',
  exportFailed: 'The list could not be exported',
  changed: 'Figures have changed since this list was read.',
  refresh: 'Read the list again',
  noRecords: 'No one is known yet',
  noRecordsHint:
    'People appear here at their first login, or all at once when you load the directory of the legacy store.',
  noMatch: 'No one matches',
  noMatchHint: 'A search finds the beginning of an e-mail address or username, and a whole legacy id.',
  found: 'Found',
  notAttributed: 'An attempt of a person who is unknown here',
  ...person,
}
