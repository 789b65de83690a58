/** Functions of T-SQL. */
import type { Row, Table } from './tables.ts'
import { unsupported } from './syntax.ts'
import { compare, convert, higher, type SqlType, type SqlValue } from './values.ts'

/** The tables of a query by alias, within those of the query around it. */
export type Scope = { sources: { alias: string; table: Table }[]; outer?: Scope | undefined }

/** One row of each table of a scope (null where an outer join found none), and the rows of a group. */
export type Environment = { rows: (Row | null)[]; outer?: Environment | undefined; group?: Environment[] }

/** A compiled expression. A condition has 1, 0 or null for unknown as its value. */
export type Compiled = { type: SqlType; value: (environment: Environment) => SqlValue; name?: string }

const text: SqlType = { name: 'nvarchar' }
const int: SqlType = { name: 'int' }

const onText =
  (change: (value: string) => SqlValue, type = text) =>
  ([argument]: Compiled[]): Compiled => {
    if (argument === undefined) throw unsupported('a function of texts without one')
    return {
      type,
      value: (environment) => {
        const value = convert(argument.value(environment), argument.type.name, 'nvarchar')
        return value === null ? null : change(String(value))
      },
    }
  }

/** What functions say of a session: its login, the permissions that it has, and the edition (5 is Azure SQL Database). */
export type Session = { login: string; permissions: ReadonlySet<string>; edition: number }

const spid = 51

/** The functions that statements may call, by their names in lower case; global variables, `@@spid`, are functions without arguments. */
export const functions: Record<string, (args: Compiled[], session: Session) => Compiled> = {
  global_spid: () => ({ type: int, value: () => spid }),
  suser_sname: (_args, { login }) => ({ type: text, value: () => login }),
  user_name: (_args, { login }) => ({ type: text, value: () => login }),
  quotename: onText((value) => `[${value.replaceAll(']', ']]')}]`),
  has_perms_by_name: ([, , permission], { permissions }) => ({
    type: int,
    value: (environment) => (permissions.has(String(permission?.value(environment))) ? 1 : 0),
  }),
  lower: onText((value) => value.toLowerCase()),
  upper: onText((value) => value.toUpperCase()),
  ltrim: onText((value) => value.replace(/^ +/, '')),
  rtrim: onText((value) => value.replace(/ +$/, '')),
  len: onText((value) => value.replace(/ +$/, '').length, int),
  getutcdate: () => ({ type: { name: 'datetime' }, value: () => new Date() }),
  sysutcdatetime: () => ({ type: { name: 'datetime2' }, value: () => new Date() }),
  substring: ([value, from, length]) => ({
    type: value?.type ?? text,
    value(environment) {
      const [given, start, count] = [value, from, length].map((each) => each?.value(environment) ?? null)
      if (given === null || given === undefined) return null
      const at = Number(start) - 1
      return Buffer.isBuffer(given)
        ? given.subarray(at, at + Number(count))
        : String(given).slice(at, at + Number(count))
    },
  }),
  schema_name: () => ({ type: text, value: () => 'dbo' }),
  serverproperty: ([name], { edition }) => ({
    type: text,
    value(environment) {
      const property = name?.value(environment)
      if (property === 'EngineEdition') return String(edition)
      return property === 'ProductVersion' ? '16.0.1000.6' : null
    },
  }),
  db_name: () => ({ type: text, value: () => 'shop' }),
  isnull: coalesce,
  coalesce,
}

/** The first value that is not null, in the type that all are converted to. */
export function coalesce(args: Compiled[]): Compiled {
  const type = args
    .map((each) => each.type)
    .reduce((one, other) => (higher(one.name, other.name) === one.name ? one : other))
  return {
    type,
    value(environment) {
      for (const each of args) {
        const value = each.value(environment)
        if (value !== null) return convert(value, each.type.name, type.name)
      }
      return null
    },
  }
}

/** A pattern of LIKE. */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\[([^\]]*)\]|%|_|[\\^$.*+?()|{}]/g, (found, set?: string) => {
    if (found === '%') return '[^]*'
    if (found === '_') return '[^]'
    return set === undefined ? `\\${found}` : `[${set.replaceAll('\\', '\\\\')}]`
  })
  return new RegExp(`^${source} *$`, 'i')
}

/** COUNT, MIN, MAX or SUM of an expression over the rows of a group; null values do not count. */
export function aggregate(kind: string, inner: Compiled, is_distinct: boolean): Compiled {
  const order = (one: SqlValue, other: SqlValue): number => compare(one, inner.type.name, other, inner.type.name) ?? 0
  const folds: Record<string, (values: SqlValue[]) => SqlValue> = {
    COUNT: (values) => values.length,
    MIN: (values) => values.toSorted(order)[0] ?? null,
    MAX: (values) => values.toSorted(order).at(-1) ?? null,
    SUM: (values) => (values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0)),
  }
  const fold = folds[kind]
  if (fold === undefined) throw unsupported(`the aggregate ${kind}`)
  return {
    type: kind === 'COUNT' ? int : inner.type,
    value({ group = [] }) {
      const values = group.map(inner.value).filter((value) => value !== null)
      const isFirst = (value: SqlValue, at: number): boolean =>
        values.findIndex((each) => order(each, value) === 0) === at
      return fold(is_distinct ? values.filter(isFirst) : values)
    },
  }
}
