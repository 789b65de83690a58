import { choiceOf, textOf } from '../ui/search-params'

/** The ways in which users come here. */
export const ways = ['login', 'reset', 'import', 'signup', 'api', 'legacy_mode'] as const

/** How a user came here. */
export type Way = (typeof ways)[number]

/** The orders of the list of users. */
export const sorts = ['newest', 'oldest', 'last_login', 'email', 'name'] as const

/** An order of the list of users. */
export type Sort = (typeof sorts)[number]

/** The filters of the list of users, as the address has them. `connection`: its name. */
export type UserFilters = { q?: string; way?: Way; connection?: string; sort?: Sort }

/** The filters of the query of an address; what is no filter is left out. */
export function readUserFilters(search: Record<string, unknown>): UserFilters {
  const filters = {
    q: textOf(search['q']),
    way: choiceOf(ways, search['way']),
    connection: textOf(search['connection']),
    sort: choiceOf(sorts, search['sort']),
  }
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))
}

const sort_fields: Record<Sort, string> = {
  newest: 'created_at:-1',
  oldest: 'created_at:1',
  last_login: 'last_login:-1',
  email: 'email:1',
  name: 'name:1',
}

/** Whether the filters permit every order: with the others, an index has the order of creation only. */
export const permitsEverySort = ({ way, connection }: UserFilters): boolean =>
  way === undefined && connection === undefined

/** The order of the filters. */
export const sortOf = (filters: UserFilters): Sort => {
  const { sort = 'newest' } = filters
  return permitsEverySort(filters) || sort === 'oldest' ? sort : 'newest'
}

/** The order of the filters, as the server reads it. */
export const sortText = (filters: UserFilters): string => sort_fields[sortOf(filters)]
