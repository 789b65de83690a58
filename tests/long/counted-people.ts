// The people of the test of the ledger's counts: who they are in the legacy store and its directory, what happens to each, and how that ends.

/** What happens to one person, step by step. */
export type Step = 'login' | 'wrong_login' | 'reset_request' | 'reset' | 'delete' | 'lift'

/** A person: the steps, and the states that the record may have after them; empty where there is no record. */
export type Person = {
  nth: number
  steps: readonly Step[]
  /** The address by which the person logs in. */
  login_as: string
  is_imported: boolean
  states: ReadonlySet<string>
}

/** The password of everyone, also of the hashes. */
export const right_password = 'Right-one-1'

// Of 50 people each, these have a fault that needs a decision. They are in the directory from its first load on.
const period = 50
const kinds: Record<number, string> = {
  3: 'repeated',
  4: 'kept_repeated',
  5: 'missing_id',
  6: 'kept_shared',
  7: 'shared',
  8: 'alias',
  9: 'alias_target',
  10: 'renamed',
  11: 'excluded',
  12: 'retried',
}

export const kindOf = (nth: number): string | undefined => kinds[nth % period]
const group = (nth: number): number => Math.floor(nth / period)
const mail = (nth: number): string => `p${nth}@legacy.example`

/** The script's side: the profile by an address. */
export const source = `
  function profileOf(identifier) {
    const twins = /^twins(\\d+)@/.exec(identifier)
    const found = twins ? [0, Number(twins[1]) * ${period} + 6] : /^p(\\d+)@/.exec(identifier)
    if (!found) return null
    const nth = Number(found[1])
    const at = Math.floor(nth / ${period})
    const in_group = nth % ${period}
    const repeated = in_group === 3 || in_group === 4
    const shared = in_group === 6 || in_group === 7
    return {
      user_id: repeated ? 'legacy-r' + at : 'legacy-' + nth,
      email: shared ? 'twins' + at + '@legacy.example' : 'p' + nth + '@legacy.example',
      email_verified: true,
      blocked: isBlocked(nth),
    }
  }
  ${isBlocked.toString()}
`

/** Whether the legacy store blocks a person. Runs in the script, too. */
export function isBlocked(nth: number): boolean {
  return nth % 50 > 12 && nth % 17 === 0
}

/** The number of the load from which on the directory names a person; undefined for one whom it never names. */
export function listedFrom(nth: number): number | undefined {
  if (kindOf(nth) !== undefined || nth % 10 < 6) return 1
  return nth % 10 < 8 ? 2 : undefined
}

const isGoneInSecond = (nth: number): boolean => nth % 25 === 0
const hasHash = (nth: number): boolean => kindOf(nth) === 'kept_repeated' || nth % 4 === 0

/** The person's line in a load of the directory; undefined where it does not name the person. */
export function directoryLine(nth: number, load: 1 | 2 | 3, hash: string): string | undefined {
  const from = listedFrom(nth)
  if (from === undefined || from > load || (load === 2 && isGoneInSecond(nth))) return undefined
  const kind = kindOf(nth)
  const is_repeated = kind === 'repeated' || kind === 'kept_repeated'
  const id = kind === 'missing_id' ? '' : is_repeated ? `legacy-r${group(nth)}` : `legacy-${nth}`
  const email = kind === 'shared' || kind === 'kept_shared' ? `twins${group(nth)}@legacy.example` : mail(nth)
  return [id, email, `name ${load}`, hasHash(nth) ? hash : ''].join(',')
}

/** The decision on the person's record, as columns of a file; undefined for none. `record_of`: the record of another person. */
export function decisionOf(nth: number, record_of: (other: number) => string): string[] | undefined {
  switch (kindOf(nth)) {
    case 'kept_repeated':
    case 'kept_shared':
      return ['keep', '', '']
    case 'alias':
      return ['alias', '', record_of(nth + 1)]
    case 'renamed':
      return ['rename', `renamed${nth}@new.example`, '']
    case 'excluded':
      return ['exclude', '', '']
    case 'retried':
      return ['retry', '', '']
    default:
      return undefined
  }
}

const steps_of_kind: Record<string, { steps: Step[]; states: string[] }> = {
  repeated: { steps: [], states: ['refused'] },
  kept_repeated: { steps: [], states: ['migrated'] },
  missing_id: { steps: ['login'], states: ['migrated'] },
  kept_shared: { steps: ['login'], states: ['migrated'] },
  shared: { steps: [], states: ['unseen'] },
  alias: { steps: ['login'], states: ['migrated'] },
  alias_target: { steps: [], states: ['migrated'] },
  renamed: { steps: ['login'], states: ['migrated'] },
  excluded: { steps: ['login'], states: ['refused'] },
  retried: { steps: ['login'], states: ['migrated'] },
}

// Each row: its share in percent, the steps, and the state that they lead to; undefined where they make no record.
const courses: { percent: number; steps: Step[]; state: string | undefined; is_imported?: boolean }[] = [
  { percent: 30, steps: [], state: undefined },
  { percent: 25, steps: ['login'], state: 'migrated' },
  { percent: 7, steps: ['wrong_login'], state: undefined },
  { percent: 6, steps: ['reset_request'], state: 'reset_pending' },
  { percent: 8, steps: ['reset'], state: 'migrated' },
  { percent: 7, steps: ['login', 'delete'], state: 'deleted' },
  { percent: 2, steps: ['login', 'delete'], state: 'deleted', is_imported: true },
  { percent: 5, steps: ['login', 'delete', 'lift'], state: 'seen' },
  { percent: 4, steps: ['login', 'delete', 'lift', 'login'], state: 'migrated' },
  { percent: 6, steps: [], state: 'migrated', is_imported: true },
]

/** The states after a course, with what loads and the import of the directory add. */
function statesAfter(nth: number, steps: readonly Step[], state: string | undefined): string[] {
  const from = listedFrom(nth)
  const is_tail_imported = hasHash(nth) && from !== undefined && !isGoneInSecond(nth)
  if (isBlocked(nth) && steps.length > 0) return is_tail_imported ? ['refused', 'migrated'] : ['refused']
  if (state === 'deleted' || state === 'migrated') return [state]
  // A load may give the person a hash again once the tombstone is lifted.
  if (state === 'seen') return is_tail_imported ? ['seen', 'migrated'] : ['seen']
  if (is_tail_imported) return ['migrated']
  if (state !== undefined) return [state]
  if (from === undefined) return []
  return steps.length === 0 ? ['unseen'] : ['unseen', 'seen']
}

/** The person of a number. `percent`: chooses the course, from 0 to 99. */
export function personOf(nth: number, percent: number): Person {
  const kind = kindOf(nth)
  if (kind !== undefined) {
    const { steps = [], states = [] } = steps_of_kind[kind] ?? {}
    const login_as = kind === 'kept_shared' ? `twins${group(nth)}@legacy.example` : mail(nth)
    return { nth, steps, login_as, is_imported: false, states: new Set(states) }
  }
  let left = percent
  const course = courses.find((each) => (left -= each.percent) < 0)
  const { steps = [], state, is_imported = false } = course ?? {}
  // Blocked there, a person only tries.
  const taken = isBlocked(nth) && steps.length > 0 ? (['login'] as const) : steps
  const states =
    isBlocked(nth) && is_imported && steps.length > 0 ? ['refused', 'migrated'] : statesAfter(nth, taken, state)
  return { nth, steps: taken, login_as: mail(nth), is_imported, states: new Set(states) }
}
