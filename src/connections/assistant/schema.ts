import type { JsonValue } from '../../base/json.ts'
import { isNameOfSql } from '../template-settings.ts'
import { inspectionDialect, type Engine } from './dialects.ts'
import type { PlanResults, Step } from './run-plan.ts'

/** What a column can contain, by its type. */
export type ColumnKind = 'text' | 'bytes' | 'number' | 'flag' | 'time' | 'uuid' | 'other'

/** A column. `is_key`: no two rows have the same value. `folds_case`: the database compares without regard to letter case. */
export type Column = { name: string; type: string; kind: ColumnKind; is_key: boolean; folds_case: boolean }

/** A table or a view. `name` is what a template's setting takes: with the schema where it is not the default one. */
export type Table = {
  name: string
  schema: string
  bare_name: string
  is_default_schema: boolean
  kind: 'table' | 'view'
  columns: Column[]
}

/** The tables that the database user can read. */
export type Schema = {
  server_version: string
  tables: Table[]
  /** Tables and columns whose names a template cannot write. */
  unusable_names: number
  /** Whether there are more columns than are read. */
  is_cut: boolean
}

const columns_max = 20_000
const kinds: [ColumnKind, RegExp][] = [
  ['flag', /^(bool|bit\b(?!.*varying)|tinyint\(1\))/],
  ['bytes', /^(bytea|.*binary|.*blob|image)/],
  ['text', /char|text|enum|^name$/],
  ['time', /^(timestamp|datetime|smalldatetime|date)/],
  ['uuid', /^(uuid|uniqueidentifier)/],
  ['number', /^(big|small|medium|tiny)?int|^(numeric|decimal|number|float|double|real|money)/],
]

/** The kind of a type, as the engines name it. */
export function columnKind(type: string): ColumnKind {
  return kinds.find(([, pattern]) => pattern.test(type.toLowerCase()))?.[0] ?? 'other'
}

/** The statements that read the schema. */
export function schemaSteps(engine: Engine): Step[] {
  const { version, columns, keys } = inspectionDialect(engine)
  return [
    { name: 'version', as: 'names', sql: version },
    { name: 'columns', as: 'names', sql: columns },
    { name: 'keys', as: 'names', sql: keys },
  ]
}

function rowsOf(results: PlanResults, step: string): string[][] {
  const result = results.get(step)
  const found: JsonValue = result && 'found' in result ? result.found : []
  return (Array.isArray(found) ? found : []).flatMap((row) =>
    Array.isArray(row) ? [row.map((value) => (typeof value === 'string' ? value : ''))] : [],
  )
}

function versionOf(engine: Engine, text: string): string {
  const number = /\d+(\.\d+){0,3}/.exec(text)?.[0] ?? ''
  const product = { postgresql: 'PostgreSQL', mysql: 'MySQL', 'sql-server': 'SQL Server' }[engine]
  return `${/mariadb/i.test(text) ? 'MariaDB' : product} ${number}`.trim()
}

// A type may be named by the owner of the schema.
const typeOf = (type: string): string => (/^[\w ()"',.[\]]{1,80}$/.test(type) ? type : 'another type')

/** Reads the results of `schemaSteps`. @throws nothing: what is missing is left out */
export function readSchema(engine: Engine, results: PlanResults): Schema {
  const rows = rowsOf(results, 'columns')
  const keys = new Set(rowsOf(results, 'keys').map((key) => JSON.stringify(key)))
  const tables = new Map<string, Table>()
  let unusable_names = 0
  for (const [schema = '', bare_name = '', kind, is_default, name = '', type = '', collation = ''] of rows.slice(
    0,
    columns_max,
  )) {
    const is_default_schema = is_default === '1'
    if (!isNameOfSql(bare_name) || !isNameOfSql(name) || !(is_default_schema || isNameOfSql(schema))) {
      unusable_names += 1
      continue
    }
    const id = JSON.stringify([schema, bare_name])
    const table = tables.get(id) ?? {
      name: is_default_schema ? bare_name : `${schema}.${bare_name}`,
      schema,
      bare_name,
      is_default_schema,
      kind: kind === 'view' ? ('view' as const) : ('table' as const),
      columns: [],
    }
    tables.set(id, table)
    table.columns.push({
      name,
      type: typeOf(type),
      kind: columnKind(type),
      is_key: keys.has(JSON.stringify([schema, bare_name, name])),
      folds_case: engine !== 'postgresql' ? !/_(bin|cs|bin2)$|_cs_/i.test(collation) : type === 'citext',
    })
  }
  const [[version = ''] = []] = rowsOf(results, 'version')
  return {
    server_version: versionOf(engine, version),
    tables: [...tables.values()],
    unusable_names,
    is_cut: rows.length > columns_max,
  }
}

/** Whether two names differ in letter case at most. */
export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The column of a name, in any letter case. */
export function columnNamed(table: Table | undefined, name: string): Column | undefined {
  return table?.columns.find((column) => sameName(column.name, name))
}

/** Whether a table has a column, in any letter case. */
export const hasColumn = (table: Table | undefined, name: string): boolean => columnNamed(table, name) !== undefined
/** Whether a table has all of these columns, in any letter case. */
export const hasColumns = (table: Table | undefined, names: string[]): boolean =>
  names.every((name) => hasColumn(table, name))
