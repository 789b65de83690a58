import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'
import { postgresPool } from './postgres-pool.ts'
import { throttleErrors } from './throttle-errors.ts'

const int8 = 20
// Added to the server's statement timeout: the client's own timeout is for a server or a network that no longer answers.
const query_timeout_grace_ms = 1000

/** How to reach PostgreSQL. */
export type PostgresOptions = {
  url: string
  /** How many connections the pool may open. */
  connections: number
  /** 0 for none. */
  statement_timeout_ms: number
  /** Called with the error of a connection that broke or could not be made; for errors with the same message, once in five seconds. */
  onConnectionError(error: Error): void
}

// A transaction that waits for its client for longer holds its locks for nothing.
const idle_in_transaction_ms = 30_000

/** @param time_limits whether the limits of the session are start-up parameters of the connection */
function openPool({ url, connections, statement_timeout_ms }: PostgresOptions, time_limits: boolean): pg.Pool {
  return new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    ...(time_limits
      ? { statement_timeout: statement_timeout_ms, idle_in_transaction_session_timeout: idle_in_transaction_ms }
      : {}),
    ...(statement_timeout_ms === 0 ? {} : { query_timeout: statement_timeout_ms + query_timeout_grace_ms }),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'wherry',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        if (oid === int8) return Number
        return pg.types.getTypeParser(oid, format) as (value: string) => unknown
      },
    },
  })
}

/**
 * The Kysely dialect of a PostgreSQL store, or of another database with its protocol, at `url`. 64-bit integers are read as numbers:
 * all of them are epoch milliseconds or counts, far below 2^53. While the server cannot be reached, statements fail with
 * `StoreUnavailable` within five seconds; a statement that the server no longer answers fails one second after its timeout. Behind a
 * connection pooler that refuses time limits as start-up parameters, such as PgBouncer, each transaction sets them for itself, and a
 * statement outside a transaction has the timeout of the client only.
 */
export function postgresDialect(options: PostgresOptions): Dialect {
  const onError = throttleErrors(options.onConnectionError)
  const watched = (time_limits: boolean): pg.Pool => {
    const pool = openPool(options, time_limits)
    // Without listeners a closed connection would end the process. The pool itself listens to idle connections only, so that one that
    // breaks between two statements of a transaction needs a listener of its own.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', onError))
    return pool
  }
  const set_time_limits = `set local statement_timeout = ${options.statement_timeout_ms}; set local idle_in_transaction_session_timeout = ${idle_in_transaction_ms}`
  return new PostgresDialect({ pool: postgresPool({ openPool: watched, set_time_limits, onError }) })
}
