import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'

const int8 = 20

/**
 * A PostgreSQL store (or a relative that speaks its protocol) at `url`. Integers of 64 bits come as numbers:
 * all of ours are epoch milliseconds or counts, far below 2^53.
 *
 * @param connections how many connections the pool may open
 */
export function postgresDialect(url: string, connections: number, onIdleError: (error: Error) => void): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    application_name: 'wherry',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        if (oid === int8) return Number
        return pg.types.getTypeParser(oid, format) as (value: string) => unknown
      },
    },
  })
  // An idle connection that the server closes is not ours to crash over; the pool opens another.
  pool.on('error', onIdleError)
  return new PostgresDialect({ pool })
}
