import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

export const decisions = {
  title: 'Decisions',
  subtitle:
    'People who cannot move as they are, and people who share an address or username. You decide what happens at their next login or import.',
  nothing: 'Nothing waits for a decision',
  nothingHint:
    'People appear here who share an e-mail address or username with another person, or whose row in the directory has a problem. A rehearsal finds them before they come.',
  queue: 'To decide',
  list: 'People to decide about',
  queueHint: 'A decision can be changed and taken back until the person has moved.',
  cause: 'Cause',
  ofThem: (people: number, decided: number) =>
    `${plural('en', people, { one: '1 person', other: `${count(people)} people` })} with this cause, ${count(decided)} of them decided.`,
  why: 'Why',
  shares: (legacy_id: string | undefined) =>
    legacy_id === undefined
      ? 'has an identifier of another person'
      : `${legacy_id} has an identifier of another person`,
  decision: 'Decision',
  withdraw: 'Take back',
  withdrawOf: (name: string) => `Take the decision about ${name} back`,
  files: 'All at once by a file',
  filesHint:
    'Download the people who need a decision as CSV, fill in the column decision (keep, rename, alias, exclude, retry), and load the file. All decisions are made together, or none.',
  decidedFile: 'The decisions as a file',
  downloadOpen: 'Download the undecided',
  downloadDecided: 'Download the decided',
  load: 'Load decisions',
  notDownloaded: 'The file could not be downloaded',
  notLoaded: 'No decision of the file was made',
  loaded: (rows: number, open: number) =>
    `The file had ${plural('en', rows, { one: '1 row', other: `${count(rows)} rows` })}, ${count(open)} of them without a decision.`,
}
