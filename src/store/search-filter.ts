import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { SearchProblem, type Bound, type SearchQuery } from '../base/search-query.ts'
import type { Engine } from './engine.ts'
import { namesValues, rankOf } from './search-ranks.ts'
import { timestampRange } from './timestamp-range.ts'

/** A condition of a `where` clause. */
export type Condition = RawBuilder<SqlBool>

/** A value as SQL: for each type that it may have, the value, or null where it has another type. A flag is 0 or 1. */
export type FieldValue = {
  text?: Expression<unknown>
  number?: Expression<unknown>
  flag?: Expression<unknown>
  /** The form in which numbers and flags are stored, where it is another. It has their order. */
  encode?(value: number): string
  /** The condition that the value is in a range of time: from `from`, before `to`, in epoch milliseconds. */
  timestamp?(range: { from?: number; to?: number }): Condition
  present: Condition
}

/** A condition on values of one type; `present` is one on values of any type. */
export type TypedCondition = { of: 'text' | 'number' | 'flag' | 'timestamp' | 'present'; condition: Condition }

/** A test of a value: it passes where any of the conditions holds. */
export type ValueTest = (value: FieldValue) => TypedCondition[]

/** A field that can be searched. */
export type SearchField = {
  /**
   * The condition that a value of the field passes the test: the only one, or any of several.
   *
   * @param finds_rows whether rows are to be found by this condition; else it is tested on each row
   */
  matches(engine: Engine, test: ValueTest, finds_rows: boolean): Condition
  /** Values of the field are in a table of their own, by which rows can be found. */
  in_own_table?: true
  /** A column with an index that equals this form of every value that is searched for as a whole. */
  indexed_by?: { column: Expression<unknown>; form(text: string): string }
  /** Letter case is ignored: the column holds lower case, or the query converts it. */
  lower_case?: 'stored' | 'converted'
  /** Wildcards and ranges are refused. */
  exact_only?: true
}

/** The fields of a search. */
export type SearchFields = {
  /** The condition that a row is found by any of these conditions, each with an index of its own. Absent: they are joined by OR. */
  foundByAny?(engine: Engine, conditions: Condition[]): Condition
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

/** The condition that a value passes a test. */
export function passes(test: ValueTest, value: FieldValue): Condition {
  return joined(
    test(value).map(({ condition }) => condition),
    'or',
  )
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
  return { matches: (_engine, test) => passes(test, value), ...more }
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
function numberParameter({ encode }: FieldValue, value: number): unknown {
  return encode ? encode(value) : sql<number>`cast(${value} as double precision)`
}

const flags: Record<string, 0 | 1 | undefined> = { true: 1, false: 0 }

function timeOf(text: string, at: number): { from: number; to: number } {
  const range = timestampRange(text)
  if (!range) throw new SearchProblem(`"${text.slice(0, 40)}" is not a date`, at)
  return range
}

type Term = Extract<SearchQuery, { kind: 'term' }>

function textTest(engine: Engine, field: SearchField, text: Expression<unknown>, pieces: string[]): Condition {
  const texts = field.lower_case ? pieces.map((piece) => piece.toLowerCase()) : pieces
  const same = textIs(engine, lowered(engine, field, text, texts.join('')), texts)
  if (!field.indexed_by || pieces.length > 1) return same
  const { column, form } = field.indexed_by
  return joined([sql<SqlBool>`${column} = ${form(pieces[0] ?? '')}`, same], 'and')
}

function termTest(engine: Engine, field: SearchField, { pieces, quoted, field: name, at }: Term): ValueTest {
  const [only = ''] = pieces
  const is_whole = pieces.length === 1
  return (value) => {
    const { text, number, flag, timestamp } = value
    if (!is_whole && (text === undefined || field.exact_only)) {
      throw new SearchProblem(`A wildcard cannot search ${name ?? 'this field'}`, at)
    }
    if (timestamp) return [{ of: 'timestamp', condition: timestamp(timeOf(only, at)) }]
    const tests: TypedCondition[] = text ? [{ of: 'text', condition: textTest(engine, field, text, pieces) }] : []
    // In JSON, "7" in quotation marks is a text.
    if (text && (quoted || !is_whole)) return tests
    const as_number = numberOf(only)
    if (number && as_number !== undefined) {
      tests.push({ of: 'number', condition: sql<SqlBool>`${number} = ${numberParameter(value, as_number)}` })
    }
    const as_flag = Object.hasOwn(flags, only) ? flags[only] : undefined
    if (flag && as_flag !== undefined) {
      const parameter = value.encode ? value.encode(as_flag) : as_flag
      tests.push({ of: 'flag', condition: sql<SqlBool>`${flag} = ${parameter}` })
    }
    return tests
  }
}

type Range = { min?: Bound; max?: Bound }

function between(value: Expression<unknown>, { min, max }: Range, of: (bound: string) => unknown): Condition {
  const bounds: Condition[] = []
  if (min) bounds.push(sql<SqlBool>`${value} ${sql.raw(min.inclusive ? '>=' : '>')} ${of(min.value)}`)
  if (max) bounds.push(sql<SqlBool>`${value} ${sql.raw(max.inclusive ? '<=' : '<')} ${of(max.value)}`)
  return joined(bounds, 'and')
}

function timesOf({ min, max }: Range, at: number): { from?: number; to?: number } {
  return {
    ...(min && { from: timeOf(min.value, at)[min.inclusive ? 'from' : 'to'] }),
    ...(max && { to: timeOf(max.value, at)[max.inclusive ? 'to' : 'from'] }),
  }
}

function rangeTest(engine: Engine, field: SearchField, range: Range & { field: string; at: number }): ValueTest {
  const bounds = [range.min, range.max].flatMap((bound) => (bound ? [bound.value] : []))
  const is_numeric = bounds.every((bound) => numberOf(bound) !== undefined)
  return (value) => {
    const { text, number, timestamp, present } = value
    if (bounds.length === 0) return [{ of: 'present', condition: present }]
    if (field.exact_only) throw new SearchProblem(`A range cannot search ${range.field}`, range.at)
    if (timestamp) return [{ of: 'timestamp', condition: timestamp(timesOf(range, range.at)) }]
    if (number && is_numeric) {
      const condition = between(number, range, (bound) => numberParameter(value, Number(bound)))
      return [{ of: 'number', condition }]
    }
    if (!text) return []
    const compared = lowered(engine, field, text, bounds.join('').toLowerCase())
    const bytewise = engine === 'sqlite' ? compared : sql`${compared} collate "C"`
    return [
      {
        of: 'text',
        condition: between(bytewise, range, (bound) => (field.lower_case ? bound.toLowerCase() : bound)),
      },
    ]
  }
}

/** What the conditions of a search are written for. */
export type Filtering = { engine: Engine; fields: SearchFields }

function fieldMatches(
  { engine, fields }: Filtering,
  name: string,
  finds_rows: boolean,
  test: (field: SearchField) => ValueTest,
): Condition {
  const field = fields.field(name)
  return field ? field.matches(engine, test(field), finds_rows) : nothing
}

function allMatch(filtering: Filtering, parts: SearchQuery[], finds_rows: boolean): Condition {
  const isInOwnTable = (name: string): boolean => filtering.fields.field(name)?.in_own_table === true
  const ranks = parts.map((part) => rankOf(part, isInOwnTable))
  const best = ranks.indexOf(Math.min(...ranks))
  return joined(
    parts.map((part, nth) => searchFilter(filtering, part, finds_rows && nth === best)),
    'and',
  )
}

/** Whether each of some alternatives has an index that finds its rows. */
export function eachFinds({ engine, fields }: Filtering, parts: SearchQuery[]): boolean {
  const isInOwnTable = (name: string): boolean => fields.field(name)?.in_own_table === true
  // PostgreSQL finds rows by several indexes of their table without this.
  return (
    fields.foundByAny !== undefined &&
    parts.every((part) => (engine === 'sqlite' ? namesValues(part) : rankOf(part, isInOwnTable) < Infinity))
  )
}

function anyMatches(filtering: Filtering, parts: SearchQuery[], finds_rows: boolean): Condition {
  const { engine, fields } = filtering
  const each_finds = finds_rows && eachFinds(filtering, parts)
  const conditions = parts.map((part) => searchFilter(filtering, part, each_finds))
  return each_finds && fields.foundByAny ? fields.foundByAny(engine, conditions) : joined(conditions, 'or')
}

/**
 * The condition of a search.
 *
 * @param finds_rows whether rows are to be found by it; else it is tested on each row
 * @throws {SearchProblem} for a kind of search that a field does not support
 */
export function searchFilter(filtering: Filtering, query: SearchQuery, finds_rows: boolean): Condition {
  const { engine, fields } = filtering
  switch (query.kind) {
    case 'everything':
      return everything
    case 'all':
      return allMatch(filtering, query.of, finds_rows)
    case 'any':
      return anyMatches(filtering, query.of, finds_rows)
    case 'not':
      // A condition on a null value does not match, and its NOT does.
      return sql<SqlBool>`(${searchFilter(filtering, query.of, false)}) is not true`
    case 'term':
      if (query.field === null) return searchFilter(filtering, fields.anywhere(query), finds_rows)
      return fieldMatches(filtering, query.field, finds_rows, (field) => termTest(engine, field, query))
    case 'range':
      return fieldMatches(filtering, query.field, finds_rows, (field) => rangeTest(engine, field, query))
    case 'exists':
      return fieldMatches(filtering, query.field, finds_rows, () => ({ present }) => [
        { of: 'present', condition: present },
      ])
  }
}
