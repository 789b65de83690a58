import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)
const people = (value: number): string => plural('en', value, { one: '1 person', other: `${count(value)} people` })

export const tailImport = {
  title: 'Tail import',
  subtitle: 'Moves the people who have not come, with the password hashes of the directory.',
  none: 'There is no one to import',
  noneHint: 'The directory has no password hash of a person who has not moved.',
  noDirectoryHint: 'Load a directory with password hashes first.',
  openDirectory: 'Open the directory',
  candidates: (value: number) => `${people(value)} with a known password hash`,
  hint: 'Those of them who are imported log in with their old password. At their first login the hash is replaced by one of our own.',
  skipped:
    'An import skips, and counts, people who are gone from the directory, disabled, refused, excluded by a decision, deleted here, or who move meanwhile.',
  show: 'Show them',
  start: 'Import them',
  confirmTitle: 'Import these people?',
  confirmText: (value: number) =>
    `Of ${people(value)} with a known hash, those who are not skipped become users here, and the legacy store is no longer asked about them. An import cannot be undone.`,
  started: 'The import has started',
  job: 'The import',
  begun: 'Begun',
  states: { pending: 'waits', processing: 'running', completed: 'done', failed: 'failed' },
  what: 'What',
  number: 'Number',
  counts: {
    total: 'Read',
    inserted: 'Imported',
    failed: 'Refused',
    skipped_moved: 'Skipped: have moved',
    skipped_deleted: 'Skipped: deleted here',
    skipped_gone: 'Skipped: gone from the directory',
    skipped_disabled: 'Skipped: disabled in the legacy store',
    skipped_excluded: 'Skipped: excluded by a decision',
    skipped_refused: 'Skipped: cannot move as they are',
  },
  refused: 'Refused people',
  person: 'Person',
  why: 'Why',
  firstOnly: (shown: number, all: number) => `The first ${count(shown)} of ${count(all)}.`,
}
