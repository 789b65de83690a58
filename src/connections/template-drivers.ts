/** The dialect of SQL that a driver's server understands. */
export type SqlDialect = {
  /** Quotes a name that was checked to have no quotation mark. */
  quote(name: string): string
  /** Writes a statement in the dialect: `LIMIT n` is rewritten. Parameters stay `?`. */
  write(sql: string): string
}

/** A driver of `script-templates/parts/drivers`: the addresses that it connects to, and its dialect of SQL. */
export type TemplateDriver = { schemes: Record<string, number>; example: string; dialect?: SqlDialect }

/** `unordered` stands before the limit where a statement has no order and the database demands one. */
function dialect(quotes: [string, string], limit: string, unordered = ''): SqlDialect {
  return {
    quote: (name) => `${quotes[0]}${name}${quotes[1]}`,
    write(sql) {
      // The order of a union names a column.
      const order =
        /\bORDER BY\b/.test(sql) || unordered === '' ? '' : /\bUNION\b/.test(sql) ? 'ORDER BY 1 ' : unordered
      return sql.replace(/\bLIMIT (\d+)/g, `${order}${limit}`)
    },
  }
}

const fetch_next = 'OFFSET 0 ROWS FETCH NEXT $1 ROWS ONLY'

const drivers: Record<string, TemplateDriver> = {
  postgresql: {
    schemes: { postgres: 5432, postgresql: 5432 },
    example: '`postgres://user:password@host:5432/database?sslmode=verify-full`',
    dialect: dialect(['"', '"'], 'LIMIT $1'),
  },
  mysql: {
    schemes: { mysql: 3306, mariadb: 3306 },
    example: '`mysql://user:password@host:3306/database?ssl={}`',
    dialect: dialect(['`', '`'], 'LIMIT $1'),
  },
  'sql-server': {
    schemes: { sqlserver: 1433, mssql: 1433 },
    example: '`sqlserver://user:password@host:1433/database`',
    dialect: dialect(['[', ']'], fetch_next, 'ORDER BY (SELECT NULL) '),
  },
  oracle: {
    schemes: { oracle: 1521, oracles: 2484 },
    example: '`oracles://user:password@host:2484/service`',
    dialect: dialect(['"', '"'], fetch_next),
  },
  mongodb: { schemes: { mongodb: 27017 }, example: '`mongodb://user:password@host:27017/database?tls=true`' },
  ldap: { schemes: { ldaps: 636, ldap: 389 }, example: '`ldaps://host:636`' },
  http: { schemes: { https: 443, http: 80 }, example: '`https://host/path`' },
  none: { schemes: {}, example: '' },
}

/** The driver of this name. */
export function templateDriver(name: string): TemplateDriver {
  const driver = drivers[name]
  if (driver === undefined) throw new Error(`there is no driver ${name}`)
  return driver
}

/** The standard port of a scheme. */
export function standardPort(scheme: string): number | undefined {
  return Object.values(drivers).find(({ schemes }) => scheme in schemes)?.schemes[scheme]
}
