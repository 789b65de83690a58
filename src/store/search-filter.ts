import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { readSearch, SearchProblem, type Bound, type SearchQuery } from '../base/search-query.ts'
import { Refusal } from '../contract/refusal.ts'
import { engineOf, type Engine } from './engine.ts'
import { timestampRange } from './timestamp-range.ts'
import type { Db } from './tables.ts'

/** A condition of a `where` clause. */
export type Condition = RawBuilder<SqlBool>

/** A value as SQL: for each type that it may have, the value, or null where it has another type. A flag is 0 or 1. */
export type FieldValue = {
  text?: Expression<unknown>
  number?: Expression<unknown>
  flag?: Expression<unknown>
  /** The condition that the value is in a range of time: from `from`, before `to`, in epoch milliseconds. */
  timestamp?(range: { from?: number; to?: number }): Condition
  present: Condition
}

/** A field that can be searched. */
export type SearchField = {
  /** The condition that a value of the field passes the test: the only one, or any of several. */
  matches(engine: Engine, test: (value: FieldValue) => Condition): Condition
  /** Letter case is ignored: the column holds lower case, or the query converts it. */
  lower_case?: 'stored' | 'converted'
  /** Wildcards and ranges are refused. */
  exact_only?: true
}

/** The fields of a search. */
export type SearchFields = {
  /** The field with this name, or undefined. */
  field(name: string): SearchField | undefined
  /** The query for a term without a field. */
  anywhere(term: Extract<SearchQuery, { kind: 'term' }>): SearchQuery
}

const nothing: Condition = sql<SqlBool>`1 = 0`
const everything: Condition = sql<SqlBool>`1 = 1`

/** Combines conditions. */
export function joined(conditions: Condition[], word: 'and' | 'or'): Condition {
  if (conditions.length === 0) return word === 'and' ? everything : nothing
  return sql<SqlBool>`(${sql.join(conditions, word === 'and' ? sql` and ` : sql` or `)})`
}

/** The condition that a timestamp column is in a range. */
export function inTimeRange(column: Expression<unknown>, { from, to }: { from?: number; to?: number }): Condition {
  return joined(
    [
      ...(from === undefined ? [] : [sql<SqlBool>`${column} >= ${from}`]),
      ...(to === undefined ? [] : [sql<SqlBool>`${column} < ${to}`]),
    ],
    'and',
  )
}

/** A field in a column of its own. `present` replaces the condition that the column is not null. */
export function columnField(
  type: 'text' | 'number' | 'flag' | 'timestamp',
  column: Expression<unknown>,
  { present = sql<SqlBool>`${column} is not null`, ...more }: { present?: Condition } & Partial<SearchField> = {},
): SearchField {
  const value: FieldValue =
    type === 'timestamp' ? { timestamp: (range) => inTimeRange(column, range), present } : { [type]: column, present }
  return { matches: (_engine, test) => test(value), ...more }
}

/** The condition that a text consists of these pieces with any text between them: `['a', '']` is a prefix. */
export function textIs(engine: Engine, value: Expression<unknown>, pieces: string[]): Condition {
  if (pieces.length === 1) return sql<SqlBool>`${value} = ${pieces[0] ?? ''}`
  if (engine === 'sqlite') {
    const glob = pieces.map((piece) => piece.replaceAll(/[*?[]/g, '[$&]')).join('*')
    return sql<SqlBool>`${value} glob ${glob}`
  }
  const like = pieces.map((piece) => piece.replaceAll(/[\\%_]/g, '\\$&')).join('%')
  return sql<SqlBool>`${value} like ${like}`
}

/** The text in lower case. SQLite's own lower() is many times faster than ours, and sufficient for a search for ASCII text. */
function lowered(engine: Engine, field: SearchField, column: Expression<unknown>, text: string): Expression<unknown> {
  if (field.lower_case !== 'converted') return column
  const isAscii = Buffer.byteLength(text) === text.length
  return engine === 'sqlite' && !isAscii ? sql`unicode_lower(${column})` : sql`lower(${column})`
}

function numberOf(text: string): number | undefined {
  const value = Number(text)
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value
}

/** A number as a parameter. Without the cast PostgreSQL would refuse to compare an integer column with 2.5. */
const real = (value: number): RawBuilder<number> => sql<number>`cast(${value} as double precision)`

const flags: Record<string, 0 | 1 | undefined> = { true: 1, false: 0 }

function timeOf(text: string): { from: number; to: number } {
  const range = timestampRange(text)
  if (!range) throw new SearchProblem(`"${text.slice(0, 40)}" is not a date`)
  return range
}

type Term = Extract<SearchQuery, { kind: 'term' }>

function termIs(engine: Engine, field: SearchField, { pieces, quoted, field: name }: Term): Condition {
  const [only = ''] = pieces
  const is_whole = pieces.length === 1
  const texts = field.lower_case ? pieces.map((piece) => piece.toLowerCase()) : pieces
  return field.matches(engine, ({ text, number, flag, timestamp }) => {
    if (!is_whole && (text === undefined || field.exact_only)) {
      throw new SearchProblem(`A wildcard cannot search ${name ?? 'this field'}`)
    }
    if (timestamp) return timestamp(timeOf(only))
    const conditions = text ? [textIs(engine, lowered(engine, field, text, texts.join('')), texts)] : []
    // In JSON, "7" in quotation marks is a text.
    if (text && (quoted || !is_whole)) return joined(conditions, 'or')
    const as_number = numberOf(only)
    if (number && as_number !== undefined) conditions.push(sql<SqlBool>`${number} = ${real(as_number)}`)
    if (flag && Object.hasOwn(flags, only)) conditions.push(sql<SqlBool>`${flag} = ${flags[only]}`)
    return joined(conditions, 'or')
  })
}

type Range = { min?: Bound; max?: Bound }

function between(value: Expression<unknown>, { min, max }: Range, of: (bound: string) => unknown): Condition {
  const bounds: Condition[] = []
  if (min) bounds.push(sql<SqlBool>`${value} ${sql.raw(min.inclusive ? '>=' : '>')} ${of(min.value)}`)
  if (max) bounds.push(sql<SqlBool>`${value} ${sql.raw(max.inclusive ? '<=' : '<')} ${of(max.value)}`)
  return joined(bounds, 'and')
}

function timesOf({ min, max }: Range): { from?: number; to?: number } {
  return {
    ...(min && { from: timeOf(min.value)[min.inclusive ? 'from' : 'to'] }),
    ...(max && { to: timeOf(max.value)[max.inclusive ? 'to' : 'from'] }),
  }
}

function rangeIs(engine: Engine, field: SearchField, range: Range & { field: string }): Condition {
  const bounds = [range.min, range.max].flatMap((bound) => (bound ? [bound.value] : []))
  const is_numeric = bounds.every((bound) => numberOf(bound) !== undefined)
  return field.matches(engine, ({ text, number, timestamp, present }) => {
    if (bounds.length === 0) return present
    if (field.exact_only) throw new SearchProblem(`A range cannot search ${range.field}`)
    if (timestamp) return timestamp(timesOf(range))
    if (number && is_numeric) return between(number, range, (bound) => real(Number(bound)))
    if (!text) return nothing
    const compared = lowered(engine, field, text, bounds.join('').toLowerCase())
    return between(engine === 'sqlite' ? compared : sql`${compared} collate "C"`, range, (bound) =>
      field.lower_case ? bound.toLowerCase() : bound,
    )
  })
}

function searchFilter(engine: Engine, query: SearchQuery, fields: SearchFields): Condition {
  const filter = (part: SearchQuery): Condition => searchFilter(engine, part, fields)
  switch (query.kind) {
    case 'everything':
      return everything
    case 'all':
      return joined(query.of.map(filter), 'and')
    case 'any':
      return joined(query.of.map(filter), 'or')
    case 'not':
      // A condition on a null value does not match, and its NOT does.
      return sql<SqlBool>`(${filter(query.of)}) is not true`
    case 'term': {
      if (query.field === null) return filter(fields.anywhere(query))
      const field = fields.field(query.field)
      return field ? termIs(engine, field, query) : nothing
    }
    case 'range': {
      const field = fields.field(query.field)
      return field ? rangeIs(engine, field, query) : nothing
    }
    case 'exists':
      return fields.field(query.field)?.matches(engine, (value) => value.present) ?? nothing
  }
}

/**
 * The SQL condition of a search in Lucene's syntax. Its values are parameters, never SQL text.
 *
 * @throws {Refusal} `invalid_query_string` for bad syntax, and a kind of search that a field does not support
 */
export function searchCondition(db: Db, search: string, fields: SearchFields): Condition {
  try {
    return searchFilter(engineOf(db), readSearch(search), fields)
  } catch (error) {
    if (!(error instanceof SearchProblem)) throw error
    throw new Refusal('invalid_query_string', { message: `Query validation error: '${error.message}' on property q.` })
  }
}
