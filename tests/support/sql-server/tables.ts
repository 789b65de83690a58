/** Tables in memory: their columns, keys and rows, and the changes of rows with the constraints of SQL Server. */
import { compare, SqlServerError, type SqlType, type SqlValue, stored, type TypeName, typeOf } from './values.ts'

/** A column: `not null`, `identity`, `primary key`, `unique` and `default` are read from its definition. */
export type Column = {
  name: string
  type: SqlType
  is_nullable: boolean
  is_identity: boolean
  default: SqlValue
}

/** The values of a row, in the order of the columns. */
export type Row = SqlValue[]

type Reference = { column: number; table: string; target: string; cascades: boolean }

/** A table. */
export type Table = {
  schema: string
  name: string
  columns: Column[]
  /** The columns of each primary key and unique constraint. */
  keys: number[][]
  references: Reference[]
  rows: Row[]
}

/** A value with its type, as an expression has it. */
export type Typed = { value: SqlValue; type: TypeName }

/** Undoes a change; a transaction that is rolled back calls them from the last to the first. */
export type Undo = (() => void)[]

/** A value as a test writes it. */
export type GivenValue = SqlValue | boolean | undefined

const column_form =
  /^(\w+(?:\(\w+\))?)((?: (?:null|not null|identity|primary key|unique|default \S+|references [\w.]+\(\w+\)|on delete cascade))*)$/i

/** The type of a value as a test writes it. */
export function givenType(value: GivenValue): Typed {
  if (typeof value === 'boolean') return { value: value ? 1 : 0, type: 'int' }
  if (value instanceof Date) return { value, type: 'datetimeoffset' }
  if (Buffer.isBuffer(value)) return { value, type: 'varbinary' }
  return { value: value ?? null, type: typeof value === 'string' ? 'nvarchar' : 'bigint' }
}

/**
 * A table of its columns' definitions: `{ Id: 'int identity primary key', Email: 'nvarchar(256) not null unique' }`. A key of several
 * columns is `{ 'unique (A, B)': '' }`.
 *
 * @throws Error on a definition that is not understood
 */
export function createTable(full_name: string, definition: Record<string, string>): Table {
  const [schema = '', name = ''] = full_name.split('.')
  const table: Table = { schema, name, columns: [], keys: [], references: [], rows: [] }
  for (const [column, text] of Object.entries(definition)) {
    const key = /^unique \((.+)\)$/.exec(column)?.[1]
    if (key !== undefined) {
      table.keys.push(key.split(', ').map((each) => columnAt(table, each)))
      continue
    }
    const [, type = '', rest = ''] = column_form.exec(text) ?? []
    if (type === '') throw new Error(`${full_name}.${column}: the definition ${text} is not understood`)
    const index = table.columns.length
    if (/primary key|unique/i.test(rest)) table.keys.push([index])
    const [, referenced, target] = /references ([\w.]+)\((\w+)\)/i.exec(rest) ?? []
    if (referenced !== undefined && target !== undefined) {
      table.references.push({ column: index, table: referenced, target, cascades: /on delete cascade/i.test(rest) })
    }
    const initial = /default (\S+)/i.exec(rest)?.[1]
    table.columns.push({
      name: column,
      type: typeOf(type),
      is_nullable: !/not null|primary key/i.test(rest),
      is_identity: /identity/i.test(rest),
      default: initial === undefined ? null : stored(initial, 'nvarchar', { name: column, type: typeOf(type) }),
    })
  }
  return table
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The index of a column; names ignore letter case. @throws SqlServerError 207 */
export function columnAt({ columns }: Table, name: string): number {
  const index = columns.findIndex((column) => same(column.name, name))
  if (index < 0) throw new SqlServerError(207, `Invalid column name '${name}'.`)
  return index
}

/** The table of this name, in the schema `dbo` unless it is named. @throws SqlServerError 208 */
export function findTable(tables: Table[], name: string, schema?: string | null): Table {
  const found = tables.find((table) => same(table.name, name) && same(table.schema, schema || 'dbo'))
  if (found === undefined) {
    throw new SqlServerError(208, `Invalid object name '${schema ? `${schema}.` : ''}${name}'.`)
  }
  return found
}

const equal = (table: Table, index: number, one: SqlValue, other: SqlValue): boolean => {
  const type = table.columns[index]?.type.name ?? 'nvarchar'
  return one === null && other === null ? true : compare(one, type, other, type) === 0
}

/** Refuses a row that violates a constraint; `row` is or becomes one of the table. @throws SqlServerError */
function checkRow(tables: Table[], table: Table, row: Row): void {
  for (const [index, column] of table.columns.entries()) {
    if (row[index] === null && !column.is_nullable) {
      throw new SqlServerError(
        515,
        `Cannot insert the value NULL into column '${column.name}'; column does not allow nulls.`,
      )
    }
  }
  for (const key of table.keys) {
    const other = table.rows.find(
      (each) => each !== row && key.every((index) => equal(table, index, each[index] ?? null, row[index] ?? null)),
    )
    if (other === undefined) continue
    throw new SqlServerError(
      2627,
      `Violation of UNIQUE KEY constraint: cannot insert duplicate key in '${table.name}'.`,
    )
  }
  for (const { column, table: name, target } of table.references) {
    const [schema, short = ''] = name.split('.')
    const parent = findTable(tables, short, schema)
    const value = row[column] ?? null
    if (
      value === null ||
      parent.rows.some((each) => equal(table, column, each[columnAt(parent, target)] ?? null, value))
    )
      continue
    throw new SqlServerError(547, `The statement conflicted with the FOREIGN KEY constraint to '${parent.name}'.`)
  }
}

/** Inserts a row of these columns. @throws SqlServerError */
export function insertRow(tables: Table[], table: Table, given: Map<number, Typed>, undo: Undo): void {
  const row = table.columns.map((column, index): SqlValue => {
    const typed = given.get(index)
    if (column.is_identity) {
      if (typed !== undefined) {
        throw new SqlServerError(544, `Cannot insert explicit value for identity column in table '${table.name}'.`)
      }
      return table.rows.reduce((most, each) => Math.max(most, Number(each[index])), 0) + 1
    }
    return typed === undefined ? column.default : stored(typed.value, typed.type, column)
  })
  checkRow(tables, table, row)
  table.rows.push(row)
  undo.push(() => {
    table.rows = table.rows.filter((each) => each !== row)
  })
}

/** Changes columns of rows, all or none of them. @throws SqlServerError */
export function updateRows(tables: Table[], table: Table, changes: Map<Row, Map<number, Typed>>, undo: Undo): void {
  for (const [row, values] of changes) {
    const before = [...row]
    undo.push(() => {
      row.splice(0, row.length, ...before)
    })
    for (const [index, { value, type }] of values) {
      const column = table.columns[index]
      if (column) row[index] = stored(value, type, column)
    }
  }
  for (const row of changes.keys()) checkRow(tables, table, row)
}

/** Deletes rows, and those that refer to them with `on delete cascade`. @throws SqlServerError 547 where others refer to them */
export function deleteRows(tables: Table[], table: Table, rows: Row[], undo: Undo): void {
  for (const child of tables) {
    for (const { column, table: name, target, cascades } of child.references) {
      if (!same(name, `${table.schema}.${table.name}`)) continue
      const at = columnAt(table, target)
      const referring = child.rows.filter((each) =>
        rows.some((row) => each[column] !== null && equal(table, at, row[at] ?? null, each[column] ?? null)),
      )
      if (referring.length === 0) continue
      if (!cascades) {
        throw new SqlServerError(
          547,
          `The DELETE statement conflicted with the REFERENCE constraint of '${child.name}'.`,
        )
      }
      deleteRows(tables, child, referring, undo)
    }
  }
  table.rows = table.rows.filter((each) => !rows.includes(each))
  undo.push(() => {
    table.rows.push(...rows)
  })
}

/** The views that describe the tables: `TABLES`, `COLUMNS`, `TABLE_CONSTRAINTS` and `KEY_COLUMN_USAGE` of `INFORMATION_SCHEMA`. */
export function describeTables(database: string, tables: Table[]): Table[] {
  const described = createTable('INFORMATION_SCHEMA.TABLES', {
    TABLE_CATALOG: 'nvarchar(128)',
    TABLE_SCHEMA: 'nvarchar(128)',
    TABLE_NAME: 'nvarchar(128)',
    TABLE_TYPE: 'varchar(10)',
  })
  const columns = createTable('INFORMATION_SCHEMA.COLUMNS', {
    TABLE_CATALOG: 'nvarchar(128)',
    TABLE_SCHEMA: 'nvarchar(128)',
    TABLE_NAME: 'nvarchar(128)',
    COLUMN_NAME: 'nvarchar(128)',
    ORDINAL_POSITION: 'int',
    IS_NULLABLE: 'varchar(3)',
    DATA_TYPE: 'nvarchar(128)',
    CHARACTER_MAXIMUM_LENGTH: 'int',
    COLLATION_NAME: 'nvarchar(128)',
  })
  const of_constraint = { CONSTRAINT_SCHEMA: 'nvarchar(128)', CONSTRAINT_NAME: 'nvarchar(128)' }
  const of_table = { TABLE_SCHEMA: 'nvarchar(128)', TABLE_NAME: 'nvarchar(128)' }
  const constraints = createTable('INFORMATION_SCHEMA.TABLE_CONSTRAINTS', {
    ...of_constraint,
    ...of_table,
    CONSTRAINT_TYPE: 'varchar(11)',
  })
  const usage = createTable('INFORMATION_SCHEMA.KEY_COLUMN_USAGE', {
    ...of_constraint,
    ...of_table,
    COLUMN_NAME: 'nvarchar(128)',
  })
  for (const { schema, name, columns: own, keys } of tables) {
    for (const [place, key] of keys.entries()) {
      const constraint = `UQ_${name}_${place}`
      constraints.rows.push([schema, constraint, schema, name, 'UNIQUE'])
      for (const index of key) usage.rows.push([schema, constraint, schema, name, own[index]?.name ?? ''])
    }
    described.rows.push([database, schema, name, 'BASE TABLE'])
    for (const [index, { name: column, type, is_nullable }] of own.entries()) {
      const collation = type.name.endsWith('char') ? 'SQL_Latin1_General_CP1_CI_AS' : null
      const length = /char|binary/.test(type.name) ? (type.length ?? -1) : null
      columns.rows.push([
        database,
        schema,
        name,
        column,
        index + 1,
        is_nullable ? 'YES' : 'NO',
        type.name,
        length,
        collation,
      ])
    }
  }
  return [described, columns, constraints, usage]
}
