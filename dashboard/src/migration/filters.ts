import type { MigrationState, Outcome } from '../../../src/contract/outcomes.ts'
import type { RehearsalOutcome } from '../../../src/contract/rehearsal.ts'
import type { Input } from '../client/contract-types'
import { choiceOf, textOf } from '../ui/search-params'

/** The states of a record, in the order of the funnel. */
export const states = [
  'unseen',
  'seen',
  'reset_pending',
  'migrated',
  'refused',
  'deleted',
] as const satisfies MigrationState[]

/** What the filter of states offers: a state, or those together in which people have not moved. */
export const state_filters = ['not_moved', ...states] as const
type StateFilter = (typeof state_filters)[number]

/** People who are known and have not moved. */
export const notMoved = ({ unseen, seen, reset_pending, refused }: Record<MigrationState, number>): number =>
  unseen + seen + reset_pending + refused

/** The ways to move. */
export const ways = ['login', 'reset_confirm', 'signup', 'api', 'import'] as const

/** The filters that are chosen one at a time beside state, outcome and way. */
export const more_filters = ['drifted', 'problem', 'shared', 'has_hash', 'disabled', 'gone'] as const
/** One of those filters. */
export type MoreFilter = (typeof more_filters)[number]

/** The filters of a migration's page, as they are in its address. */
export type Filters = {
  q?: string | undefined
  state?: StateFilter | undefined
  outcome?: Outcome | undefined
  through?: (typeof ways)[number] | undefined
  more?: MoreFilter | undefined
  /** Why the person needs a decision or another action, of those about whom no decision waits. */
  cause?: Input<'listMigrationRecords'>['cause'] | undefined
  /** How the last rehearsal of the person ended. */
  rehearsed?: RehearsalOutcome | undefined
}

/** How many people the filters choose, from the counts by state; undefined where they tell no more than a state. */
export function countChosen(counts: Record<MigrationState, number>, { state, ...others }: Filters): number | undefined {
  if (isFiltered(others)) return undefined
  if (state === 'not_moved') return notMoved(counts)
  return state === undefined ? Object.values(counts).reduce((sum, count) => sum + count, 0) : counts[state]
}

/** The fragment of an address that shows the list of people at once. */
export const people_hash = 'people'

const outcome_form = /^[a-z_]{1,40}$/
const cause_form = /^[a-z]{1,20}:[a-z_]{1,40}$/

/** The filters of an address. */
export function readFilters(search: Record<string, unknown>): Filters {
  const named = (name: string, form = outcome_form): string | undefined => {
    const text = textOf(search[name])
    return text !== undefined && form.test(text) ? text : undefined
  }
  return {
    q: textOf(search['q']),
    state: choiceOf(state_filters, search['state']),
    outcome: named('outcome') as Outcome | undefined,
    through: choiceOf(ways, search['through']),
    more: choiceOf(more_filters, search['more']),
    cause: named('cause', cause_form) as Filters['cause'],
    rehearsed: named('rehearsed') as RehearsalOutcome | undefined,
  }
}

/** The input of the list for these filters. */
export function listInput(
  connection_id: string,
  { q, state, outcome, through, more, cause, rehearsed }: Filters,
): Omit<Input<'listMigrationRecords'>, 'from' | 'take'> {
  return {
    connection_id,
    ...(q === undefined ? {} : { q }),
    ...(state === undefined ? {} : state === 'not_moved' ? { moved: false } : { state }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(through === undefined ? {} : { through }),
    ...(cause === undefined ? {} : { cause, decided: false }),
    ...(rehearsed === undefined ? {} : { rehearsed }),
    ...(more === undefined ? {} : more === 'problem' ? { problem: 'any' as const } : { [more]: true }),
  }
}

/** Whether anything is filtered. */
export const isFiltered = (filters: Filters): boolean => Object.values(filters).some((value) => value !== undefined)
