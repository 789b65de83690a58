import { chooseColumns, type ChosenColumn, type Forms } from './choose-columns.ts'
import { pointsOfTableName, type Role } from './column-names.ts'
import { inspectionDialect, type Engine } from './dialects.ts'
import { inspection_bounds, type PlanResults, type Step } from './run-plan.ts'
import { isJsonObject, type JsonValue } from '../../base/json.ts'
import type { Table } from './schema.ts'

/** A table with the columns that were chosen in it. */
export type RankedTable = {
  table: Table
  columns: ChosenColumn[]
  /** How likely it is the users table, from 0 to 100. */
  score: number
  reason: string
  /** Rows of the sample; undefined where none was read. */
  sampled?: number
}

const points: Partial<Record<Role, number>> = { password: 25, email: 20, username: 10, id: 5 }

function rank(table: Table, forms: Record<string, Forms>, sampled?: number): RankedTable {
  const columns = chooseColumns(table, forms)
  const by_name = pointsOfTableName(table.bare_name)
  const has = (role: Role): boolean => columns.some((each) => each.role === role)
  const by_columns = columns.reduce((sum, { role, score }) => sum + ((points[role] ?? 0) * score) / 100, 0)
  const identifies = has('email') || has('username')
  const place = (table.is_default_schema ? 2 : 0) + (table.kind === 'table' ? 3 : 0) - (sampled === 0 ? 20 : 0)
  const score = Math.round(by_name + by_columns + place) - (identifies ? 0 : 40) - (has('password') ? 0 : 25)
  const listed = columns
    .filter(({ role }) => points[role] !== undefined)
    .map(({ role, column }) => `${role}: ${column.name}`)
  const reason = [
    by_name > 0 ? 'its name is usual for users' : by_name < 0 ? 'its name is usual for copies and logs' : undefined,
    listed.length === 0 ? 'it has no column of a user' : listed.join(', '),
    sampled === 0 ? 'it has no rows' : undefined,
  ]
  return {
    table,
    columns,
    score: Math.max(0, Math.min(100, score)),
    reason: reason.filter((part) => part !== undefined).join('; '),
    ...(sampled === undefined ? {} : { sampled }),
  }
}

/** The tables that are sampled: the most likely by their names and types first. Values may tell what names do not. */
export function rankTables(tables: Table[]): RankedTable[] {
  return tables
    .map((table) => rank(table, {}))
    .toSorted(
      (one, other) =>
        other.score - one.score || pointsOfTableName(other.table.bare_name) - pointsOfTableName(one.table.bare_name),
    )
    .slice(0, inspection_bounds.sampled_tables)
}

const readable = new Set(['text', 'bytes', 'number', 'flag', 'time', 'uuid'])

/** The name of a table in SQL. */
export function quotedTable(engine: Engine, { schema, bare_name }: Table): string {
  const { quote } = inspectionDialect(engine)
  return `${quote(schema)}.${quote(bare_name)}`
}

/** The statements that sample tables: the start of each value of up to 60 columns in up to 200 rows. */
export function sampleSteps(engine: Engine, tables: Table[]): Step[] {
  const { quote, start, limited } = inspectionDialect(engine)
  return tables.map((table, at) => {
    const columns = table.columns.filter(({ kind }) => readable.has(kind)).slice(0, inspection_bounds.sampled_columns)
    const selected = columns.map(({ name, kind }) =>
      kind === 'text' || kind === 'bytes' ? `${start(quote(name), 400)} AS ${quote(name)}` : quote(name),
    )
    const sql = `SELECT ${selected.join(', ')} FROM ${quotedTable(engine, table)}`
    return { name: `table ${at}`, as: 'forms', sql: limited(sql, inspection_bounds.form_rows) }
  })
}

function formsOf(value: JsonValue | undefined): Forms {
  const entries = Object.entries(isJsonObject(value) ? value : {})
  return Object.fromEntries(entries.flatMap(([form, n]) => (typeof n === 'number' ? [[form, n]] : [])))
}

/** Ranks tables again, with the results of `sampleSteps`. */
export function rankSampled(tables: Table[], results: PlanResults): RankedTable[] {
  return tables
    .map((table, at) => {
      const result = results.get(`table ${at}`)
      const found = result !== undefined && 'found' in result && isJsonObject(result.found) ? result.found : {}
      const { rows, columns } = found
      const forms = Object.entries(isJsonObject(columns) ? columns : {}).map(([name, value]) => [name, formsOf(value)])
      return rank(
        table,
        Object.fromEntries(forms) as Record<string, Forms>,
        typeof rows === 'number' ? rows : undefined,
      )
    })
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
}
