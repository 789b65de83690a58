import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

/** How much of a list there is. */
export type CountedRows = { total: number | undefined; has_more: boolean; is_at_least: boolean }

export const ui = {
  language: 'en',
  roles: { owner: 'owner', editor: 'editor', viewer: 'viewer', support: 'support' },
  retry: 'Retry',
  close: 'Close',
  notices: 'Notices',
  cancel: 'Cancel',
  save: 'Save',
  discard: 'Discard changes',
  saved: 'Saved',
  undo: 'Undo',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading',
  loadFailed: 'This could not be loaded',
  notSaved: 'This could not be saved',
  unreachable: 'The server does not answer',
  unreachableHint:
    'Check the connection to the server. If this was a change, reload the page to see whether it was made.',
  retryAfter: (seconds: number) =>
    plural('en', seconds, { one: 'Try again in 1 second.', other: `Try again in ${count(seconds)} seconds.` }),
  problemCode: (status: number, code: string) => `${status} ${code}`,
  leaveTitle: 'Leave without saving?',
  leaveText: 'Your changes on this page are not saved.',
  leave: 'Leave',
  stay: 'Stay',
  confirmByName: (name: string) => `Type ${name} to confirm`,
  /** `total` is undefined where the server does not count them. */
  rows: (shown: number, { total, has_more, is_at_least }: CountedRows) =>
    total !== undefined && (total > shown || (total === shown && is_at_least))
      ? `${count(shown)} of ${count(total)}${is_at_least ? ' or more' : ''}`
      : has_more
        ? `The first ${count(shown)}. Scroll for more.`
        : plural('en', shown, { one: '1 row', other: `${count(shown)} rows` }),
  loadingMore: 'Loading more rows',
  firstOnly: (limit: number) => `Only the first ${count(limit)} can be listed. Search to find the others.`,
  search: 'Search',
  clearSearch: 'Clear the search',
  nothingFound: 'Nothing found',
  needsRole: (role: string) => `This needs the role ${role}`,
  utc: 'UTC',
  never: 'never',
  editorHint: 'Escape, then Tab leaves the editor',
  lineOf: (line: number, message: string) => `Line ${line}: ${message}`,
  time: 'Time',
  numbers: 'The same numbers as a table',
  live: 'Live',
  liveConnecting: 'Connecting',
  liveLost: (since: string) => `The connection was lost. What is shown stands as of ${since}.`,
  moveUp: (name: string) => `Move ${name} up`,
  moveDown: (name: string) => `Move ${name} down`,
  movedTo: (name: string, place: number, all: number) => `${name} is number ${count(place)} of ${count(all)}`,
  number: count,
}
