/** T-SQL as node-sql-parser reads it; what it reads beyond T-SQL is refused. The types name the members that the evaluation uses. */
import sql_parser from 'node-sql-parser'
import { SqlServerError } from './values.ts'

/** An expression; which members it has depends on its type. */
export type Expression = {
  type: string
  operator?: string
  left?: Expression
  right?: Expression
  expr?: Expression | null
  value?: unknown
  table?: string | null
  column?: unknown
  name?: unknown
  args?: unknown
  target?: unknown
  ast?: Select
}

/** A table, a joined table or a derived table. */
export type Source = {
  db?: string | null
  schema?: string | null
  table?: string
  as?: string | null
  join?: string
  on?: Expression | null
  expr?: { ast: Select }
}

/** An item of ORDER BY. */
export type Order = { expr: Expression; type?: string | null }

/** A query. */
export type Select = {
  type: 'select'
  distinct?: unknown
  columns: { expr: Expression; as?: unknown }[]
  from?: Source[] | null
  where?: Expression | null
  groupby?: { columns?: Expression[] | null } | Expression[] | null
  having?: Expression | null
  top?: { value: number; percent?: unknown } | null
  orderby?: Order[] | null
  limit?: unknown
  _orderby?: Order[] | null
  _limit?: unknown
  _next?: Select
  set_op?: string
}

/** A statement. */
export type Statement =
  | Select
  | { type: 'insert'; table: Source[]; columns: unknown[] | null; values: unknown }
  | { type: 'update'; table: Source[]; set: { column: unknown; value: Expression }[]; where?: Expression | null }
  | { type: 'delete'; from: Source[]; where?: Expression | null }
  | { type: 'drop'; keyword: string; name: Source[] }

const parser = new sql_parser.Parser()

/** An error for what this server does not do. */
export function unsupported(what: string): SqlServerError {
  return new SqlServerError(50_000, `this server does not support ${what}`)
}

/** The statements of a text. @throws SqlServerError 102 where it is no T-SQL, 50000 where the parser would read another language's */
export function parse(sql: string): Statement[] {
  // The parser takes these for quotation marks and escapes, as in other dialects.
  if (/[`\\]/.test(sql)) throw unsupported(`a backtick or a backslash in a statement: ${sql.slice(0, 200)}`)
  try {
    // The parser knows no global variables.
    const readable = sql.replace(/@@(\w+)/g, (_found, name: string) => `global_${name.toLowerCase()}()`)
    const found = parser.astify(readable, { database: 'transactsql' }) as unknown
    return (Array.isArray(found) ? found : [found]) as Statement[]
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : ''
    throw new SqlServerError(102, `Incorrect syntax in ${sql.slice(0, 200)}: ${reason}`)
  }
}

/** A name, which is a text or an object with one. */
export function nameOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null) {
    if ('value' in value) return nameOf(value.value)
    if ('expr' in value) return nameOf(value.expr)
    if ('name' in value) return nameOf(Array.isArray(value.name) ? value.name.at(-1) : value.name)
  }
  throw unsupported(`the name ${JSON.stringify(value)}`)
}
