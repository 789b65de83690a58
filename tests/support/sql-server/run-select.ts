/** Queries of T-SQL on tables in memory. */
import { compiler, holds } from './evaluate.ts'
import type { Compiled, Environment, Scope, Session } from './functions.ts'
import { type Expression, nameOf, type Order, type Select, type Source, unsupported } from './syntax.ts'
import { findTable, type Row, type Table, type Typed } from './tables.ts'
import { compare, SqlServerError, type SqlValue } from './values.ts'

/** What a query runs on. */
export type SelectDeps = {
  /** The tables, and the views that describe them. */
  visible: Table[]
  parameters: Map<string, Typed>
  session: Session
}

/** A compiled query. */
export type Query = { columns: Compiled[]; rows: (environment: Environment) => SqlValue[][] }

/** The table that a source names. @throws SqlServerError 208 */
export function tableOf(source: Source, tables: Table[]): Table {
  if (source.table === undefined) throw unsupported('this kind of table')
  return findTable(tables, source.table, source.schema ?? source.db)
}

type Joined = { scope: Scope; environments: (outer: Environment) => Environment[] }

/** The rows of all tables of FROM, joined. */
function joined(sources: Source[], outer: Scope | undefined, deps: SelectDeps): Joined {
  const scope: Scope = { sources: [], outer }
  const steps = sources.map((source) => {
    const derived = source.expr && compileSelect(source.expr.ast, outer, deps)
    const table = derived ? derivedTable(derived) : tableOf(source, deps.visible)
    scope.sources.push({ alias: source.as ?? table.name, table })
    const on = source.on ? compiler(scope, evaluationDeps(deps))(source.on) : undefined
    const kind = source.join ?? 'FIRST'
    if (!['FIRST', 'JOIN', 'INNER JOIN', 'LEFT JOIN'].includes(kind)) throw unsupported(kind)
    const rowsOf = (environment: Environment): Row[] => (derived ? derived.rows(environment) : table.rows)
    return { rowsOf, on, is_outer: kind === 'LEFT JOIN' }
  })
  const environments = (around: Environment): Environment[] => {
    let found: Environment[] = [{ rows: [], outer: around }]
    for (const { rowsOf, on, is_outer } of steps) {
      found = found.flatMap((environment) => {
        const extended = rowsOf(around).map((row) => ({ ...environment, rows: [...environment.rows, row] }))
        const matching = on ? extended.filter((each) => holds(on, each)) : extended
        return matching.length === 0 && is_outer ? [{ ...environment, rows: [...environment.rows, null] }] : matching
      })
    }
    return found
  }
  return { scope, environments }
}

function derivedTable({ columns }: Query): Table {
  return {
    schema: '',
    name: '',
    keys: [],
    references: [],
    rows: [],
    columns: columns.map(({ name = '', type }) => ({
      name,
      type,
      is_nullable: true,
      is_identity: false,
      default: null,
    })),
  }
}

/** The dependencies of expressions in a statement. */
export const evaluationDeps = (deps: SelectDeps) => ({
  parameters: deps.parameters,
  session: deps.session,
  runSelect: (select: Select, scope: Scope) => compileSelect(select, scope, deps),
})

/** The rows between OFFSET and FETCH, or the first ones (TOP). */
function window(select: Select): (rows: SqlValue[][]) => SqlValue[][] {
  const { seperator, value, fetch, offset } = (select.limit ?? select._limit ?? {}) as {
    seperator?: string
    value?: unknown
    fetch?: { value?: { value?: unknown } }
    offset?: { value?: { value?: unknown } }
  }
  if (seperator !== undefined && value !== undefined) throw unsupported('LIMIT, which is not T-SQL')
  if (select.top?.percent) throw unsupported('TOP … PERCENT')
  const from = Number(offset?.value?.value ?? 0)
  const count = Number(select.top?.value ?? fetch?.value?.value ?? Infinity)
  return (rows) => rows.slice(from, from + count)
}

function usesAggregate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'ast' in value) return false
  if ('type' in value && value.type === 'aggr_func') return true
  return Object.values(value).some(usesAggregate)
}

/** Compiles a query, also one of several with UNION. @throws SqlServerError */
export function compileSelect(select: Select, outer: Scope | undefined, deps: SelectDeps): Query {
  const first = compileOne(select, outer, deps)
  if (select._next === undefined) return first
  // ORDER BY and OFFSET of the whole follow the last query.
  const queries: Query[] = [first]
  let is_distinct = false
  let last = select
  for (let current = select; current._next; current = current._next) {
    if (current.set_op !== 'union all') is_distinct = true
    last = current._next
    queries.push(compileOne(withoutOrder(last), outer, deps))
  }
  const [one] = queries
  const columns = one?.columns ?? []
  if (queries.some((query) => query.columns.length !== columns.length)) {
    throw new SqlServerError(205, 'All queries combined using UNION must have an equal number of expressions.')
  }
  const order = select._orderby ?? last.orderby ?? []
  const cut = window({ ...last, limit: select._limit ?? last.limit ?? null, top: null })
  return {
    columns,
    rows(environment) {
      const all = queries.flatMap((query) => query.rows(environment))
      const unique = is_distinct ? distinct(all, columns) : all
      return cut(
        sorted(
          unique.map((row) => ({ row, keys: order.map(ordinalKey(columns, row)) })),
          order,
        ),
      )
    },
  }
}

const withoutOrder = (select: Select): Select => ({ ...select, orderby: null, limit: null })

function ordinalKey(columns: Compiled[], row: SqlValue[]): (order: Order) => Typed {
  return ({ expr }) => {
    const index =
      expr.type === 'number' ? Number(expr.value) - 1 : columns.findIndex(({ name }) => name === nameOf(expr.column))
    const column = columns[index]
    if (column === undefined) throw unsupported('this ORDER BY of a UNION')
    return { value: row[index] ?? null, type: column.type.name }
  }
}

function distinct(rows: SqlValue[][], columns: Compiled[]): SqlValue[][] {
  const same = (one: SqlValue[], other: SqlValue[]): boolean =>
    columns.every(({ type }, index) => {
      const [a = null, b = null] = [one[index], other[index]]
      return a === null || b === null ? a === b : compare(a, type.name, b, type.name) === 0
    })
  return rows.filter((row, at) => rows.findIndex((each) => same(each, row)) === at)
}

function sorted(rows: { row: SqlValue[]; keys: Typed[] }[], order: Order[]): SqlValue[][] {
  const compared = rows.toSorted((one, other) => {
    for (const [index, { type }] of order.entries()) {
      const [a, b] = [one.keys[index], other.keys[index]]
      if (a === undefined || b === undefined) continue
      // NULL is the lowest value.
      const difference =
        a.value === null || b.value === null
          ? Number(b.value === null) - Number(a.value === null)
          : (compare(a.value, a.type, b.value, b.type) ?? 0)
      if (difference !== 0) return type === 'DESC' ? -difference : difference
    }
    return 0
  })
  return compared.map(({ row }) => row)
}

/** The compiled columns of a query; `*` stands for all columns of its tables. */
function selectedColumns(select: Select, scope: Scope, compile: (expression: Expression) => Compiled): Compiled[] {
  return select.columns.flatMap(({ expr, as }): Compiled[] => {
    if (expr.type === 'column_ref' && nameOf(expr.column) === '*') {
      const chosen = scope.sources.filter(
        ({ alias }) => !expr.table || alias.toLowerCase() === expr.table.toLowerCase(),
      )
      return chosen.flatMap(({ alias, table }) =>
        table.columns.map(({ name }) => compile({ type: 'column_ref', table: alias, column: name })),
      )
    }
    const compiled = compile(expr)
    return [as === null || as === undefined ? compiled : { ...compiled, name: nameOf(as) }]
  })
}

function compileOne(select: Select, outer: Scope | undefined, deps: SelectDeps): Query {
  const { scope, environments } = joined(select.from ?? [], outer, deps)
  const compile = compiler(scope, evaluationDeps(deps))
  const columns = selectedColumns(select, scope, compile)
  const where = select.where ? compile(select.where) : undefined
  const grouping = (Array.isArray(select.groupby) ? select.groupby : (select.groupby?.columns ?? [])).map(compile)
  const having = select.having ? compile(select.having) : undefined
  const is_grouped = grouping.length > 0 || usesAggregate(select.columns) || having !== undefined
  const order = select.orderby ?? []
  const keys = order.map(({ expr }): Compiled => {
    if (expr.type === 'number') return columns[Number(expr.value) - 1] ?? compile(expr)
    const named =
      expr.type === 'column_ref' && !expr.table ? columns.find(({ name }) => name === nameOf(expr.column)) : undefined
    return named ?? compile(expr)
  })
  const cut = window(select)
  return {
    columns,
    rows(environment) {
      const found = environments(environment).filter((each) => where === undefined || holds(where, each))
      const groups = is_grouped ? grouped(found, grouping, environment) : found
      const kept = groups.filter((each) => having === undefined || holds(having, each))
      const rows = kept.map((each) => ({
        row: columns.map((column) => column.value(each)),
        keys: keys.map((key) => ({ value: key.value(each), type: key.type.name })),
      }))
      const all = sorted(rows, order)
      return cut(select.distinct ? distinct(all, columns) : all)
    },
  }
}

/** One environment for each group, which has the rows of the first. */
function grouped(found: Environment[], grouping: Compiled[], outer: Environment): Environment[] {
  if (grouping.length === 0) return [{ rows: found[0]?.rows ?? [], outer, group: found }]
  const groups: { key: SqlValue[]; group: Environment[] }[] = []
  for (const environment of found) {
    const key = grouping.map((each) => each.value(environment))
    const group = groups.find((each) => distinct([each.key, key], grouping).length === 1)
    if (group) group.group.push(environment)
    else groups.push({ key, group: [environment] })
  }
  return groups.map(({ group }) => ({ rows: group[0]?.rows ?? [], outer, group }))
}
