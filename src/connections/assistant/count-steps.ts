import type { JsonValue } from '../../base/json.ts'
import type { ChosenColumn } from './choose-columns.ts'
import { isForSecondFactor, type Role } from './column-names.ts'
import { quotedTable } from './choose-table.ts'
import { inspectionDialect, type Engine } from './dialects.ts'
import { inspection_bounds, type Step } from './run-plan.ts'
import type { Column, Table } from './schema.ts'

/** The users table, its columns by role, and a condition for the rows that are users. */
export type UsersTable = { engine: Engine; table: Table; columns: ChosenColumn[]; where?: string | undefined }

/** The longest id that Wherry stores, with its namespace. */
const id_max = 255

/** The column of a role. */
export function columnOf({ columns }: Pick<UsersTable, 'columns'>, role: Role): Column | undefined {
  return columns.find((each) => each.role === role)?.column
}

/** The columns of the users table that are for second factors. */
export function secondFactorColumns({ table }: UsersTable): Column[] {
  return table.columns.filter(({ name }) => isForSecondFactor(name)).slice(0, 10)
}

/** SQL for the users of a table. */
function sqlOf({ engine, table, where }: UsersTable) {
  const dialect = inspectionDialect(engine)
  const from = quotedTable(engine, table)
  const of_users = where === undefined ? [] : [`(${where})`]
  return {
    ...dialect,
    column: ({ name }: Column): string => dialect.quote(name),
    /** The text of a column, without white space around it. */
    trimmed: ({ name }: Column): string => dialect.trim(dialect.text(dialect.quote(name))),
    /** A statement that selects from the users. */
    select(selected: string, conditions: string[] = []): string {
      const all = [...of_users, ...conditions]
      return `SELECT ${selected} FROM ${from}${all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`}`
    },
    sumOf: (condition: string): string => `SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END)`,
  }
}

type Sql = ReturnType<typeof sqlOf>

const isEmpty = (text: string): string => `(${text} IS NULL OR ${text} = '')`
const isFilled = (text: string): string => `${text} <> ''`

/** Ids: missing, too long, with white space or control characters, and how many rows have the same. */
function idSteps(sql: Sql, id: Column, namespace: string): Step[] {
  const { trimmed, sumOf, select, length, hasSpaceOrControl } = sql
  const text = trimmed(id)
  const is_text = id.kind === 'text'
  const too_long = is_text ? sumOf(`${length(text)} > ${id_max - namespace.length - 1}`) : '0'
  const spaced = is_text ? sumOf(hasSpaceOrControl(text)) : '0'
  const column = sql.column(id)
  const missing = is_text ? isEmpty(text) : `${column} IS NULL`
  const numbers = select(`${sumOf(missing)} AS missing, ${too_long} AS too_long, ${spaced} AS spaced`)
  const key = is_text ? sql.bytes(text) : column
  const groups = `${select(`${key} AS k, COUNT(*) AS n`, [is_text ? isFilled(text) : `${column} IS NOT NULL`])} GROUP BY ${key} HAVING COUNT(*) > 1`
  return [
    { name: 'id', as: 'numbers', sql: numbers },
    ...(id.is_key && !is_text ? [] : [countOfGroups('id groups', groups)]),
  ]
}

function countOfGroups(name: string, groups: string): Step {
  return { name, as: 'numbers', sql: `SELECT COUNT(*) AS same, SUM(n) AS in_same FROM (${groups}) g` }
}

/**
 * Identifiers that several rows have, and those that are no addresses: of ASCII in the database, which cannot compare others as Wherry does;
 * those, and all where the engine has no regular expressions, are read by `spellings`. A group is `different` where its rows differ in
 * letter case or white space.
 */
function identifierSteps(sql: Sql, column: Column, role: 'email' | 'username'): Step[] {
  const { text, trimmed, lower, select, sumOf, ascii, limited } = sql
  const exact = text(sql.column(column))
  const inner = trimmed(column)
  const filled = isFilled(inner)
  const missing: Step = { name: role, as: 'numbers', sql: select(`${sumOf(isEmpty(inner))} AS missing`) }
  const of_others = { name: `${role} spellings`, as: 'spellings', is_address: role === 'email' } as const
  const { spelling_rows: limit, compared_rows } = inspection_bounds
  if (ascii === undefined) {
    const all = select(`${exact} AS value`, [filled])
    return [missing, { ...of_others, sql: limited(all, compared_rows + 1), limit: compared_rows }]
  }
  const is_ascii = ascii.isAscii(exact)
  const rows = select(`${lower(inner)} AS k, ${sql.bytes(exact)} AS raw`, [filled, is_ascii])
  const groups = `SELECT k, COUNT(*) AS n, COUNT(DISTINCT raw) AS spellings FROM (${rows}) r GROUP BY k HAVING COUNT(*) > 1`
  const of_list = select(`${lower(inner)} AS value, COUNT(*) AS n`, [`${lower(inner)} IN ({list})`, is_ascii])
  const invalid = `${filled} AND ${is_ascii} AND ${ascii.isNoAddress(inner)}`
  return [
    missing,
    {
      name: `${role} groups`,
      as: 'numbers',
      sql: `SELECT ${sumOf('spellings > 1')} AS different, SUM(CASE WHEN spellings > 1 THEN n ELSE 0 END) AS in_different,
          ${sumOf('spellings = 1')} AS same, SUM(CASE WHEN spellings = 1 THEN n ELSE 0 END) AS in_same FROM (${groups}) g`,
    },
    {
      ...of_others,
      sql: limited(select(`${exact} AS value`, [filled, `NOT (${is_ascii})`]), limit + 1),
      limit,
      lookup: `${of_list} GROUP BY ${lower(inner)}`,
    },
    ...(role === 'email'
      ? [{ name: 'email forms', as: 'numbers', sql: select(`${sumOf(invalid)} AS invalid`) } as const]
      : []),
  ]
}

function usernameSteps(sql: Sql, username: Column, email: Column | undefined): Step[] {
  const { trimmed, lower, select, sumOf, isPhoneNumber } = sql
  const inner = trimmed(username)
  const own =
    email === undefined ? '' : ` AND (${isEmpty(trimmed(email))} OR ${lower(inner)} <> ${lower(trimmed(email))})`
  const unfindable = email === undefined ? isEmpty(inner) : `${isEmpty(inner)} AND ${isEmpty(trimmed(email))}`
  return [
    ...identifierSteps(sql, username, 'username'),
    {
      name: 'username forms',
      as: 'numbers',
      sql: select(
        `${sumOf(`${inner} LIKE '%@%'${own}`)} AS with_at, ${sumOf(isPhoneNumber(inner))} AS phones, ${sumOf(unfindable)} AS unfindable`,
      ),
    },
  ]
}

/** How many rows have each value of a flag; of times, how many have one. */
function flagStep(sql: Sql, name: string, column: Column): Step {
  const flag = sql.column(column)
  if (column.kind === 'time') {
    return {
      name,
      as: 'numbers',
      sql: sql.select(`COUNT(${flag}) AS set_rows, COUNT(*) - COUNT(${flag}) AS unset_rows`),
    }
  }
  const counted = `${sql.select(`${flag} AS value, COUNT(*) AS n`)} GROUP BY ${flag}`
  return { name, as: 'flags', sql: sql.limited(counted, 100) }
}

/** Columns that are read as one of a second factor: times and flags by their value, others where they are not empty. */
function secondFactorStep(sql: Sql, name: string, column: Column): Step {
  if (column.kind !== 'text' && column.kind !== 'bytes') return flagStep(sql, name, column)
  const { trimmed, select, sumOf, column: quoted } = sql
  const filled = column.kind === 'text' ? isFilled(trimmed(column)) : `${quoted(column)} IS NOT NULL`
  return { name, as: 'numbers', sql: select(`${sumOf(filled)} AS set_rows`) }
}

const flag_roles = ['blocked', 'active', 'email_verified'] as const

/** The statements that count what will be a problem when users move. */
export function countSteps(users: UsersTable, namespace: string): Step[] {
  const sql = sqlOf(users)
  const [id, email, username] = (['id', 'email', 'username'] as const).map((role) => columnOf(users, role))
  const flags = flag_roles.flatMap((role) => {
    const column = columnOf(users, role)
    return column === undefined ? [] : [flagStep(sql, role, column)]
  })
  return [
    { name: 'rows', as: 'numbers', sql: sql.select('COUNT(*) AS n') },
    ...(id === undefined ? [] : idSteps(sql, id, namespace)),
    ...(email === undefined ? [] : identifierSteps(sql, email, 'email')),
    ...(username === undefined ? [] : usernameSteps(sql, username, email)),
    ...flags,
    ...secondFactorColumns(users).map((column, at) => secondFactorStep(sql, `second factor ${at}`, column)),
  ]
}

/** What is read of a stored hash. */
function hashColumns(sql: Sql, users: UsersTable, password: Column): string {
  const salt = columnOf(users, 'salt')
  const username = columnOf(users, 'username')
  const start = (column: Column): string =>
    column.kind === 'text' || column.kind === 'bytes' ? sql.start(sql.column(column), 2000) : sql.column(column)
  return [
    `${start(password)} AS hash`,
    ...(salt === undefined ? [] : [`${start(salt)} AS salt`]),
    ...(salt === undefined || username === undefined ? [] : [`${start(username)} AS username`]),
  ].join(', ')
}

/** Hashes that are filled, as a condition, and those that are not. */
function hashConditions(sql: Sql, password: Column): { filled: string; missing: string } {
  if (password.kind === 'text')
    return { filled: isFilled(sql.trimmed(password)), missing: isEmpty(sql.trimmed(password)) }
  return { filled: `${sql.column(password)} IS NOT NULL`, missing: `(${sql.column(password)} IS NULL)` }
}

/** The statement that counts the rows with and without a hash. */
export function hashCountStep(users: UsersTable): Step[] {
  const sql = sqlOf(users)
  const password = columnOf(users, 'password')
  if (password === undefined) return []
  const { filled, missing } = hashConditions(sql, password)
  return [
    {
      name: 'no hash',
      as: 'numbers',
      sql: sql.select(`${sql.sumOf(missing)} AS missing, ${sql.sumOf(filled)} AS filled`),
    },
  ]
}

/**
 * The statements that read stored hashes: all of them, or those of the lowest and of the highest ids, where the id is a key.
 *
 * @param filled the rows with a hash; undefined where they could not be counted in time
 */
export function hashSteps(users: UsersTable, filled: number | undefined): Step[] {
  const sql = sqlOf(users)
  const password = columnOf(users, 'password')
  const id = columnOf(users, 'id')
  if (password === undefined) return []
  const read = sql.select(hashColumns(sql, users, password), [hashConditions(sql, password).filled])
  const { hash_rows } = inspection_bounds
  // Of fewer rows, both ends would contain the same ones.
  const has_ends = id?.is_key === true && (filled === undefined || filled > 2 * hash_rows)
  if (!has_ends) return [{ name: 'hashes', as: 'hashes', sql: sql.limited(read, 2 * hash_rows) }]
  const ordered = (direction: string): string =>
    sql.limited(`${read} ORDER BY ${sql.column(id)} ${direction}`, hash_rows)
  return [
    { name: 'hashes', as: 'hashes', sql: ordered('ASC') },
    { name: 'last hashes', as: 'hashes', sql: ordered('DESC') },
  ]
}

/** The statement that reads the hash of one user, whose password is known. */
export function knownHashStep(users: UsersTable, identifier: string, password: string): Step[] {
  const sql = sqlOf(users)
  const column = columnOf(users, 'password')
  const keys = (['email', 'username'] as const).flatMap((role) => columnOf(users, role) ?? [])
  if (column === undefined || keys.length === 0) return []
  const condition = keys.map((key) => `${sql.lower(sql.trimmed(key))} = ?`).join(' OR ')
  const values: JsonValue[] = keys.map(() => identifier.trim().toLowerCase())
  const read = sql.limited(sql.select(hashColumns(sql, users, column), [`(${condition})`]), 2)
  return [{ name: 'known hash', as: 'hashes', sql: read, values, known: { password } }]
}

/** The statement that reads identifiers of a few users, for scripts to be tried with. */
export function identifierStep(users: UsersTable): Step[] {
  const sql = sqlOf(users)
  const key = columnOf(users, 'email') ?? columnOf(users, 'username')
  if (key === undefined) return []
  const read = sql.select(sql.text(sql.column(key)), [isFilled(sql.trimmed(key))])
  return [{ name: 'identifiers', as: 'identifiers', sql: sql.limited(read, inspection_bounds.tried_users) }]
}
