import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

export const report = {
  title: 'Report',
  subtitle:
    'The numbers of the migration, to read and to keep. They stay after the last step of the finish, which wipes what Wherry kept of the legacy store.',
  formats: { html: 'HTML', csv: 'CSV', json: 'JSON' },
  download: (format: string) => `Download the report as ${format}`,
  notDownloaded: 'The report could not be downloaded',
  empty: 'Nothing to report yet',
  emptyHint:
    'The report counts the people of the legacy store, from the first login or the first load of a directory on.',
  sentence: (migrated: number, total: number) =>
    `${count(migrated)} of ${plural('en', total, { one: '1 person', other: `${count(total)} people` })} moved.`,
  firstSeen: 'The first was recorded',
  lastMoved: 'The last moved',
  made: 'Report of',
  curve: 'Moves over time',
  moved: 'Moved',
  movedTotal: 'Moved in all',
  people: 'People by state',
  origin: 'Where they are known from',
  origins: { listed: 'in the directory', discovered: 'came without being in it', gone: 'gone from the directory' },
  movedThrough: 'How they moved',
  users: 'Users here',
  arrivals: {
    signup: 'signed up here',
    login: 'moved at a login',
    reset_confirm: 'moved with a new password',
    import: 'imported',
    api: 'created by an admin or the API',
    legacy_signup: 'signed up in the legacy store',
  } as Record<string, string>,
  refused: 'Refused, by cause',
  noCause: 'no cause recorded',
  remaining: 'Not moved, by last activity',
  disabledOfThem: (value: number) =>
    `Disabled in the legacy store: ${plural('en', value, { one: '1 of them', other: `${count(value)} of them` })}.`,
  decisions: 'Decisions',
  drift: 'Scripts disagreed, by field',
  days: 'By day',
  day: 'Day (UTC)',
  refusedOnDay: 'Refused',
  deleted: 'Deleted',
  calls: 'Script calls',
  outages: 'Of them in an outage',
  total: (value: number) => `${count(value)} in all`,
  none: 'None',
  what: 'What',
  number: 'Number',
}
