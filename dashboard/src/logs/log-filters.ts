import { queryText } from '../client/query-text'
import { choiceOf, textOf } from '../ui/search-params'

/** The periods that a list of events can have. */
export const periods = ['hour', 'day', 'week', 'month', 'between'] as const

/** A period; `between` is from `from` to `to`. */
export type Period = (typeof periods)[number]

/** The filters of the list of events, as the address has them. */
export type LogFilters = {
  /** What was typed. */
  q?: string
  type?: string
  outcome?: string
  period?: Period
  /** ISO 8601. */
  from?: string
  to?: string
  user_id?: string
  connection_id?: string
  client_id?: string
  /** Whether new events appear by themselves. */
  live?: boolean
}

/** The filters that links of other pages set. */
export const exact_filters = ['user_id', 'connection_id', 'client_id'] as const

const timeOf = (value: unknown): string | undefined => {
  const at = new Date(textOf(value) ?? '')
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** The filters of the query of an address; what is no filter is left out. */
export function readFilters(search: Record<string, unknown>): LogFilters {
  const filters = {
    q: textOf(search['q']),
    type: textOf(search['type']),
    outcome: textOf(search['outcome']),
    period: choiceOf(periods, search['period']),
    from: timeOf(search['from']),
    to: timeOf(search['to']),
    user_id: textOf(search['user_id']),
    connection_id: textOf(search['connection_id']),
    client_id: textOf(search['client_id']),
    live: search['live'] === true ? true : undefined,
  }
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))
}

const hour_ms = 3_600_000
const length_ms = { hour: hour_ms, day: 24 * hour_ms, week: 7 * 24 * hour_ms, month: 30 * 24 * hour_ms } as const

/** The times between which the events lie; undefined where there is no limit. */
function rangeOf(
  { period, from, to }: LogFilters,
  now: number,
): { from?: string | undefined; to?: string | undefined } {
  if (period === undefined) return {}
  return period === 'between' ? { from, to } : { from: new Date(now - length_ms[period]).toISOString() }
}

const begins_with = ['user_name', 'client_name', 'connection'] as const
const is_exactly = ['user_id', 'ip', 'log_id', 'client_id', 'connection_id'] as const
const reference_form = /^[2-9A-Z]{8}$/

function typedQuery(typed: string): string {
  const value = queryText(typed)
  const reference = typed.toUpperCase()
  const terms = [
    ...begins_with.map((field) => `${field}:${value}*`),
    ...is_exactly.map((field) => `${field}:${value}`),
    ...(reference_form.test(reference) ? [`details.reference:${reference}`] : []),
  ]
  return `(${terms.join(' OR ')})`
}

/**
 * The query that finds the events of the filters; undefined where all are shown.
 *
 * @param now where a period of the past ends, in epoch milliseconds
 */
export function logQuery(filters: LogFilters, now: number): string | undefined {
  const { q = '', type, outcome } = filters
  const { from, to } = rangeOf(filters, now)
  const value = outcome === undefined ? '' : queryText(outcome)
  const parts = [
    ...(q.trim() === '' ? [] : [typedQuery(q.trim())]),
    ...(type === undefined ? [] : [`type:${queryText(type)}`]),
    ...(outcome === undefined ? [] : [`details.migration.outcome:${value}`]),
    ...exact_filters.flatMap((name) => (filters[name] === undefined ? [] : [`${name}:${queryText(filters[name])}`])),
    ...(from === undefined && to === undefined ? [] : [`date:[${from ?? '*'} TO ${to ?? '*'}]`]),
  ]
  return parts.length === 0 ? undefined : parts.join(' AND ')
}
