import { defined } from '../../base/defined.ts'
import { isJsonObject } from '../../base/json.ts'
import type { InspectionCount } from '../../contract/assistant.ts'
import { columnOf, secondFactorColumns, type UsersTable } from './count-steps.ts'
import { inspection_bounds, type PlanResults } from './run-plan.ts'

/** What each count means for the users whom it counts. */
const meanings = {
  rows: 'The users.',
  id_missing: 'They have no id: they cannot move.',
  id_doubled:
    'They share an id with another row: the second of them is taken for the first. Use a column whose values differ.',
  id_too_long: 'Their id, with the namespace of the connection, has more than 255 characters: they cannot move.',
  id_with_space: 'Their id has white space or control characters: they cannot move.',
  email_missing: 'They have no e-mail address: they log in with a username, and cannot reset a password.',
  email_doubled:
    'They share an address, letter by letter: one user of each address can move. Load the directory and decide who, or change the rows.',
  email_differs_in_form:
    'Their addresses differ in letter case, white space or Unicode form only (ADA@example.com, ada@example.com), which is one address here: one user of each address can move. Load the directory and decide who, or change the rows.',
  email_invalid: 'Their address is not one: their profile is refused.',
  username_doubled: 'They share a username, letter by letter: one user of each username can move with it.',
  username_differs_in_form:
    'Their usernames differ in letter case, white space or Unicode form only: one user of each username can move with it.',
  username_with_at:
    'Their username has an @ and is not their own address: the user who has this address loses nothing, but they lose the username when that user comes.',
  username_as_phone_number: 'Their username reads as a phone number (+49 …): a user who has this number precedes them.',
  without_identifier: 'They have neither an address nor a username: they cannot log in.',
  blocked: 'They are blocked: they can neither log in nor reset the password.',
  inactive: 'They are not active: they can neither log in nor reset the password.',
  email_unverified: 'Their address was not verified.',
  hash_missing: 'They have no password hash: they cannot log in with a password.',
  hash_disabled: 'Their hash begins with ! or *: they cannot log in with a password.',
  hash_of_unknown_form:
    'Their hash has no form of its own: the template needs its format (PASSWORD_HASH and others), or a recipe.',
  hash_refused: 'Their hash is malformed or too costly: they cannot log in with a password.',
  flag_of_unknown_form:
    'The column has a value that is no usual one for true or false: the template refuses these users. Ask what it means.',
  second_factor: 'They have a second factor, which the template does not read.',
} as const
type CountName = keyof typeof meanings

type Numbers = Record<string, number>

/** The numbers of a step, or why there are none. */
function numbersOf(results: PlanResults, step: string): Numbers | { failed: string } | undefined {
  const result = results.get(step)
  if (result === undefined) return undefined
  if ('failed' in result) return { failed: result.failed }
  const entries = Object.entries(isJsonObject(result.found) ? result.found : {})
  return Object.fromEntries(entries.map(([name, value]) => [name, Number.isSafeInteger(value) ? (value as number) : 0]))
}

const isFailed = (numbers: Numbers | { failed: string }): numbers is { failed: string } =>
  typeof numbers['failed'] === 'string'

type CountDetail = {
  sampled?: number | undefined
  failed?: string | undefined
  column?: string | undefined
  /** What it means in this table, where that is not the usual. */
  meaning?: string | undefined
}

/** A count of rows of the users table; `sampled` where only so many were read. */
export function inspectionCount(count: CountName, value: number | null, more: CountDetail = {}): InspectionCount {
  return { count, value, meaning: meanings[count], ...defined(more) }
}

type Read = { results: PlanResults; counts: InspectionCount[] }

/** Adds a count that the numbers of one step give. */
function add(
  { results, counts }: Read,
  count: CountName,
  step: string,
  name: string,
  detail: Pick<CountDetail, 'column' | 'meaning'> = {},
): void {
  const numbers = numbersOf(results, step)
  if (numbers === undefined) return
  const read = isFailed(numbers)
    ? inspectionCount(count, null, { failed: numbers.failed, ...detail })
    : inspectionCount(count, numbers[name] ?? 0, detail)
  counts.push(read)
}

/** Adds the counts of shared and invalid identifiers: what the database counted, and what was read and compared. */
function addIdentifiers({ results, counts }: Read, role: 'email' | 'username'): void {
  const steps = [`${role} groups`, `${role} spellings`, ...(role === 'email' ? ['email forms'] : [])]
  const found = steps.map((step) => numbersOf(results, step)).filter((numbers) => numbers !== undefined)
  if (found.length === 0) return
  const failed = found.find(isFailed)?.failed
  // Where the database compares none, only so many are read.
  const sampled = !results.has(`${role} groups`) && isCut(results, role) ? inspection_bounds.compared_rows : undefined
  const push = (count: CountName, names: string[]): void => {
    const values = found.flatMap((numbers) => names.map((name) => (isFailed(numbers) ? 0 : (numbers[name] ?? 0))))
    const value = failed === undefined ? values.reduce((sum, each) => sum + each, 0) : null
    counts.push(inspectionCount(count, value, { failed, sampled }))
  }
  push(`${role}_doubled`, ['in_same', 'in_same_groups'])
  push(`${role}_differs_in_form`, ['in_different', 'in_groups'])
  if (role === 'email') push('email_invalid', ['invalid'])
}

/** The counts of all users, in the order in which they are shown. */
export function readCounts(users: UsersTable, results: PlanResults): InspectionCount[] {
  const counts: InspectionCount[] = []
  const read = { results, counts }
  add(read, 'rows', 'rows', 'n')
  add(read, 'id_missing', 'id', 'missing')
  if (results.has('id groups')) add(read, 'id_doubled', 'id groups', 'in_same')
  else if (columnOf(users, 'id')?.is_key === true) counts.push(inspectionCount('id_doubled', 0))
  add(read, 'id_too_long', 'id', 'too_long')
  add(read, 'id_with_space', 'id', 'spaced')
  const without_username = 'They have no e-mail address, and the table has no column of usernames: they cannot log in.'
  const meaning = columnOf(users, 'username') === undefined ? without_username : undefined
  add(read, 'email_missing', 'email', 'missing', { meaning })
  addIdentifiers(read, 'email')
  addIdentifiers(read, 'username')
  add(read, 'username_with_at', 'username forms', 'with_at')
  add(read, 'username_as_phone_number', 'username forms', 'phones')
  add(read, 'without_identifier', 'username forms', 'unfindable')
  const column = (role: 'blocked' | 'active' | 'email_verified') => ({ column: columnOf(users, role)?.name })
  add(read, 'blocked', 'blocked', 'set_rows', column('blocked'))
  add(read, 'inactive', 'active', 'unset_rows', column('active'))
  add(read, 'email_unverified', 'email_verified', 'unset_rows', column('email_verified'))
  for (const role of ['blocked', 'active', 'email_verified'] as const) {
    if (columnOf(users, role)?.kind !== 'time') add(read, 'flag_of_unknown_form', role, 'unread', column(role))
  }
  secondFactorColumns(users).forEach(({ name }, at) =>
    add(read, 'second_factor', `second factor ${at}`, 'set_rows', { column: name }),
  )
  return counts
}

/** Whether there are more identifiers than were read and compared. */
function isCut(results: PlanResults, role: 'email' | 'username'): boolean {
  const result = results.get(`${role} spellings`)
  return result !== undefined && 'found' in result && isJsonObject(result.found) && result.found['cut'] === true
}

/** Whether there are more identifiers outside of ASCII than are compared, so that the counts of shared and invalid ones are too small. */
export function spellingsAreCut(results: PlanResults): boolean {
  return (['email', 'username'] as const).some((role) => results.has(`${role} groups`) && isCut(results, role))
}

/** The number of identifiers outside of ASCII that are compared. */
export const { spelling_rows } = inspection_bounds
