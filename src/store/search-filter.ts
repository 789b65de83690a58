import { SqliteAdapter, sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { SearchProblem, type Bound, type SearchQuery } from '../base/search-query.ts'
import { jsonLeaf, type JsonLeaf } from './json-leaf.ts'
import { timestampRange } from './timestamp-range.ts'
import type { Db } from './tables.ts'

/** A condition of a `where` clause. */
export type Condition = RawBuilder<SqlBool>

/** The database engine of a store, for SQL that differs between the two. */
export type Engine = 'sqlite' | 'postgres'

/**
 * A field that can be searched. `text` is case-sensitive, `folded` is case-insensitive (`is_folded`: stored in lower case), `timestamp`
 * holds epoch milliseconds, `flag` 0 or 1. `related` is text in another table; `some` wraps the condition on its value.
 */
export type SearchField =
  | { kind: 'text' | 'number' | 'timestamp' | 'flag'; column: Expression<unknown>; present?: Condition }
  | { kind: 'folded'; column: Expression<unknown>; is_folded?: true; present?: Condition }
  | { kind: 'related'; some: (condition: (value: Expression<unknown>) => Condition) => Condition }
  | { kind: 'json'; column: Expression<unknown>; path: string[]; wildcards: boolean; ranges: boolean }

/** The fields of a search. */
export type SearchFields = {
  /** The field with this name, or undefined. */
  field(name: string): SearchField | undefined
  /** The query for a term without a field. */
  anywhere(term: Extract<SearchQuery, { kind: 'term' }>): SearchQuery
}

const nothing: Condition = sql<SqlBool>`1 = 0`
const everything: Condition = sql<SqlBool>`1 = 1`

/** The engine of a store. */
export function engineOf(db: Db): Engine {
  return db.getExecutor().adapter instanceof SqliteAdapter ? 'sqlite' : 'postgres'
}

function joined(conditions: Condition[], word: 'and' | 'or'): Condition {
  if (conditions.length === 0) return word === 'and' ? everything : nothing
  return sql<SqlBool>`(${sql.join(conditions, word === 'and' ? sql` and ` : sql` or `)})`
}

function textIs(engine: Engine, value: Expression<unknown>, pieces: string[]): Condition {
  if (pieces.length === 1) return sql<SqlBool>`${value} = ${pieces[0] ?? ''}`
  if (engine === 'sqlite') {
    const glob = pieces.map((piece) => piece.replaceAll(/[*?[]/g, '[$&]')).join('*')
    return sql<SqlBool>`${value} glob ${glob}`
  }
  const like = pieces.map((piece) => piece.replaceAll(/[\\%_]/g, '\\$&')).join('%')
  return sql<SqlBool>`${value} like ${like}`
}

/** The column in lower case. SQLite's own lower() is many times faster than ours, and sufficient for a search for ASCII text. */
function lowered(engine: Engine, field: Extract<SearchField, { kind: 'folded' }>, text: string): Expression<unknown> {
  if (field.is_folded) return field.column
  const isAscii = Buffer.byteLength(text) === text.length
  return engine === 'sqlite' && !isAscii ? sql`unicode_lower(${field.column})` : sql`lower(${field.column})`
}

function numberOf(text: string): number | undefined {
  const value = Number(text)
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value
}

/** A number as a parameter. Without the cast PostgreSQL would refuse to compare an integer column with 2.5. */
const real = (value: number | undefined): RawBuilder<number> => sql<number>`cast(${value ?? null} as double precision)`

function flagOf(text: string): 0 | 1 | undefined {
  return text === 'true' ? 1 : text === 'false' ? 0 : undefined
}

function leafIs(engine: Engine, leaf: JsonLeaf, pieces: string[], quoted: boolean): Condition {
  const text = textIs(engine, leaf.text, pieces)
  const [only = ''] = pieces
  if (pieces.length > 1 || quoted) return text
  const number = numberOf(only)
  const flag = flagOf(only)
  return joined(
    [
      text,
      ...(number === undefined ? [] : [sql<SqlBool>`${leaf.number} = ${number}`]),
      ...(flag === undefined ? [] : [sql<SqlBool>`${leaf.flag} = ${flag}`]),
    ],
    'or',
  )
}

function termIs(engine: Engine, field: SearchField, term: Extract<SearchQuery, { kind: 'term' }>): Condition {
  const { pieces, quoted } = term
  const [only = ''] = pieces
  if (field.kind === 'json') {
    if (pieces.length > 1 && !field.wildcards) throw new SearchProblem('Wildcards cannot search user_metadata')
    return jsonLeaf(engine, field.column, field.path, (leaf) => leafIs(engine, leaf, pieces, quoted))
  }
  if (field.kind === 'related') return field.some((value) => textIs(engine, value, pieces))
  if (field.kind === 'text') return textIs(engine, field.column, pieces)
  if (field.kind === 'folded') {
    const lower = pieces.map((piece) => piece.toLowerCase())
    return textIs(engine, lowered(engine, field, lower.join('')), lower)
  }
  if (pieces.length > 1) throw new SearchProblem(`A wildcard cannot search ${term.field ?? 'this field'}`)
  if (field.kind === 'timestamp') {
    const range = timestampRange(only)
    if (!range) throw new SearchProblem(`"${only.slice(0, 40)}" is no date`)
    return sql<SqlBool>`(${field.column} >= ${range.from} and ${field.column} < ${range.to})`
  }
  const value = field.kind === 'flag' ? flagOf(only) : numberOf(only)
  return value === undefined ? nothing : sql<SqlBool>`${field.column} = ${real(value)}`
}

type Comparable = { value: Expression<unknown>; min?: unknown; max?: unknown }

function between({ value, min, max }: Comparable, range: { min?: Bound; max?: Bound }): Condition {
  return joined(
    [
      ...(range.min === undefined
        ? []
        : [range.min.inclusive ? sql<SqlBool>`${value} >= ${min}` : sql<SqlBool>`${value} > ${min}`]),
      ...(range.max === undefined
        ? []
        : [range.max.inclusive ? sql<SqlBool>`${value} <= ${max}` : sql<SqlBool>`${value} < ${max}`]),
    ],
    'and',
  )
}

function timestampBetween(column: Expression<unknown>, range: { min?: Bound; max?: Bound }): Condition {
  const rangeOf = (bound: Bound): { from: number; to: number } => {
    const found = timestampRange(bound.value)
    if (!found) throw new SearchProblem(`"${bound.value.slice(0, 40)}" is no date`)
    return found
  }
  const conditions: Condition[] = []
  if (range.min) {
    const { from, to } = rangeOf(range.min)
    conditions.push(sql<SqlBool>`${column} >= ${range.min.inclusive ? from : to}`)
  }
  if (range.max) {
    const { from, to } = rangeOf(range.max)
    conditions.push(sql<SqlBool>`${column} < ${range.max.inclusive ? to : from}`)
  }
  return joined(conditions, 'and')
}

function rangeIs(engine: Engine, field: SearchField, range: Extract<SearchQuery, { kind: 'range' }>): Condition {
  if (range.min === undefined && range.max === undefined) return isPresent(engine, field)
  const numbers = { min: range.min && numberOf(range.min.value), max: range.max && numberOf(range.max.value) }
  const numeric =
    (range.min === undefined || numbers.min !== undefined) && (range.max === undefined || numbers.max !== undefined)
  const texts = { min: range.min?.value, max: range.max?.value }
  const letters = (value: Expression<unknown>): Expression<unknown> =>
    engine === 'sqlite' ? value : sql`${value} collate "C"`
  switch (field.kind) {
    case 'timestamp':
      return timestampBetween(field.column, range)
    case 'number':
      return numeric ? between({ value: field.column, min: real(numbers.min), max: real(numbers.max) }, range) : nothing
    case 'json':
      if (!field.ranges) throw new SearchProblem('Ranges cannot search user_metadata')
      return jsonLeaf(engine, field.column, field.path, (leaf) =>
        numeric
          ? between({ value: leaf.number, ...numbers }, range)
          : between({ value: letters(leaf.text), ...texts }, range),
      )
    case 'related':
      return field.some((value) => between({ value: letters(value), ...texts }, range))
    case 'folded': {
      const lower = { min: texts.min?.toLowerCase(), max: texts.max?.toLowerCase() }
      return between(
        { value: letters(lowered(engine, field, `${lower.min ?? ''}${lower.max ?? ''}`)), ...lower },
        range,
      )
    }
    case 'text':
      return between({ value: letters(field.column), ...texts }, range)
    case 'flag':
      return nothing
  }
}

function isPresent(engine: Engine, field: SearchField): Condition {
  if (field.kind === 'json') return jsonLeaf(engine, field.column, field.path, (leaf) => leaf.present)
  if (field.kind === 'related') return field.some((value) => sql<SqlBool>`${value} is not null`)
  return field.present ?? sql<SqlBool>`${field.column} is not null`
}

/**
 * The SQL condition of a search. Its values are parameters, never SQL text.
 *
 * @throws {SearchProblem} for a kind of search that a field does not support
 */
export function searchFilter(engine: Engine, query: SearchQuery, fields: SearchFields): Condition {
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
    case 'exists': {
      const field = fields.field(query.field)
      return field ? isPresent(engine, field) : nothing
    }
  }
}
