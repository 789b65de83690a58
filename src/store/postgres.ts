import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'

const int8 = 20

/** How to reach PostgreSQL. */
export type PostgresOptions = {
  url: string
  /** How many connections the pool may open. */
  connections: number
  /** 0 for none. */
  statement_timeout_ms: number
  /** Told of connections that broke while no statement ran on them; a statement under way fails with its caller. */
  onIdleError(error: Error): void
}

/**
 * A PostgreSQL store (or a relative that speaks its protocol) at `url`. Integers of 64 bits come as numbers:
 * all of ours are epoch milliseconds or counts, far below 2^53.
 */
export function postgresDialect({ url, connections, statement_timeout_ms, onIdleError }: PostgresOptions): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statement_timeout_ms,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'wherry',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        if (oid === int8) return Number
        return pg.types.getTypeParser(oid, format) as (value: string) => unknown
      },
    },
  })
  // A connection that the server closes is not ours to crash over; the pool opens another. The pool listens to
  // idle connections only: one that breaks between two statements of a transaction has no listener but this.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', onIdleError))
  return new PostgresDialect({ pool })
}
