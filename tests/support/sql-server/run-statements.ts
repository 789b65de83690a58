/** Runs statements of T-SQL on tables in memory. */
import { columnIndex, compiler, holds } from './evaluate.ts'
import type { Environment } from './functions.ts'
import { compileSelect, evaluationDeps, type SelectDeps, tableOf } from './run-select.ts'
import { type Expression, parse, type Select, type Statement, unsupported } from './syntax.ts'
import { deleteRows, insertRow, type Table, type Typed, type Undo, updateRows } from './tables.ts'
import { SqlServerError, type SqlValue } from './values.ts'
import type { ResultColumn } from './write-response.ts'

/** What a statement gives back: rows, or how many it changed. */
export type Result = { columns?: ResultColumn[]; rows: SqlValue[][]; count: number }

/** What statements run on. */
export type RunDeps = SelectDeps & {
  tables: Table[]
  /** Receives what undoes each change. */
  undo: Undo
}

/** Runs all statements of a text. @throws SqlServerError */
export function runStatements(sql: string, deps: RunDeps): Result[] {
  return parse(sql).map((statement) => run(statement, deps))
}

function run(statement: Statement, deps: RunDeps): Result {
  switch (statement.type) {
    case 'select': {
      const { columns, rows } = compileSelect(statement, undefined, deps)
      const found = rows({ rows: [] })
      return { columns: columns.map(({ name = '', type }) => ({ name, type })), rows: found, count: found.length }
    }
    case 'insert':
      return insert(statement, deps)
    case 'update':
      return update(statement, deps)
    case 'delete':
      return remove(statement, deps)
    case 'drop':
      return drop(statement, deps)
    default:
      throw unsupported(`the statement ${String((statement as { type: unknown }).type)}`)
  }
}

function insert(statement: Extract<Statement, { type: 'insert' }>, deps: RunDeps): Result {
  const [target] = statement.table
  if (target === undefined) throw unsupported('INSERT without a table')
  const table = tableOf(target, deps.tables)
  const indexes = statement.columns?.map((name) => columnIndex(table, name)) ?? table.columns.map((_, index) => index)
  const rows = insertedRows(statement.values, deps)
  for (const row of rows) {
    if (row.length !== indexes.length) throw new SqlServerError(109, 'The number of columns and values differs.')
    insertRow(deps.tables, table, new Map(row.map((typed, at) => [indexes[at] ?? 0, typed])), deps.undo)
  }
  return { rows: [], count: rows.length }
}

function insertedRows(given: unknown, deps: RunDeps): Typed[][] {
  const source = given as { type?: string; ast?: Select; values?: { value: Expression[] }[] } & Select
  if (source.type === 'select' || source.ast) {
    const { columns, rows } = compileSelect(source.ast ?? source, undefined, deps)
    return rows({ rows: [] }).map((row) =>
      columns.map(({ type }, index) => ({ value: row[index] ?? null, type: type.name })),
    )
  }
  const compile = compiler({ sources: [] }, evaluationDeps(deps))
  const lists = Array.isArray(given) ? (given as { value: Expression[] }[]) : (source.values ?? [])
  return lists.map(({ value }) =>
    value.map((expression) => {
      const compiled = compile(expression)
      return { value: compiled.value({ rows: [] }), type: compiled.type.name }
    }),
  )
}

function matching(table: Table, alias: string, where: Expression | null | undefined, deps: RunDeps): Environment[] {
  const compiled = where && compiler({ sources: [{ alias, table }] }, evaluationDeps(deps))(where)
  return table.rows.map((row) => ({ rows: [row] })).filter((each) => !compiled || holds(compiled, each))
}

function update(statement: Extract<Statement, { type: 'update' }>, deps: RunDeps): Result {
  const [target, other] = statement.table
  if (target === undefined || other !== undefined) throw unsupported('UPDATE of several tables')
  const table = tableOf(target, deps.tables)
  const alias = target.as ?? table.name
  const compile = compiler({ sources: [{ alias, table }] }, evaluationDeps(deps))
  const set = statement.set.map(({ column, value }) => ({ index: columnIndex(table, column), value: compile(value) }))
  const found = matching(table, alias, statement.where, deps)
  const changes = new Map(
    found.map((environment) => {
      const values = set.map(
        ({ index, value }) => [index, { value: value.value(environment), type: value.type.name }] as const,
      )
      return [environment.rows[0] ?? [], new Map<number, Typed>(values)] as const
    }),
  )
  updateRows(deps.tables, table, changes, deps.undo)
  return { rows: [], count: found.length }
}

function remove(statement: Extract<Statement, { type: 'delete' }>, deps: RunDeps): Result {
  const [target, other] = statement.from
  if (target === undefined || other !== undefined) throw unsupported('DELETE from several tables')
  const table = tableOf(target, deps.tables)
  const found = matching(table, target.as ?? table.name, statement.where, deps)
  const rows = found.flatMap(({ rows: [row] }) => (row ? [row] : []))
  deleteRows(deps.tables, table, rows, deps.undo)
  return { rows: [], count: rows.length }
}

function drop({ name }: Extract<Statement, { type: 'drop' }>, deps: RunDeps): Result {
  for (const source of name) {
    const table = tableOf(source, deps.tables)
    deps.tables.splice(deps.tables.indexOf(table), 1)
    deps.undo.push(() => {
      deps.tables.push(table)
    })
  }
  return { rows: [], count: 0 }
}
