import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'
import { lendingPool } from './postgres-pool.ts'

const int8 = 20
// The server's own limit comes first; this one is for a server, or a network, that says nothing any more.
const silence_grace_ms = 1000
const told_every_ms = 5000

/** How to reach PostgreSQL. */
export type PostgresOptions = {
  url: string
  /** How many connections the pool may open. */
  connections: number
  /** 0 for none. */
  statement_timeout_ms: number
  /** Told why connections broke or could not be made, of the same kind of trouble once in five seconds. */
  onIdleError(error: Error): void
}

/** Passes errors on, those with the same message once in a while: under load one outage is a thousand errors. */
function seldom(tell: (error: Error) => void): (error: Error) => void {
  const told = new Map<string, number>()
  return (error) => {
    const now = performance.now()
    for (const [message, at] of told) if (now - at >= told_every_ms) told.delete(message)
    if (told.has(error.message)) return
    told.set(error.message, now)
    tell(error)
  }
}

/**
 * A PostgreSQL store (or a relative that speaks its protocol) at `url`. Integers of 64 bits come as numbers:
 * all of ours are epoch milliseconds or counts, far below 2^53. While it cannot be reached, statements fail with
 * `StoreUnavailable` after five seconds at most; one under way when it falls silent, a second after its time limit.
 */
export function postgresDialect({ url, connections, statement_timeout_ms, onIdleError }: PostgresOptions): Dialect {
  const tell = seldom(onIdleError)
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statement_timeout_ms,
    ...(statement_timeout_ms === 0 ? {} : { query_timeout: statement_timeout_ms + silence_grace_ms }),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
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
  pool.on('connect', (client) => client.on('error', tell))
  return new PostgresDialect({ pool: lendingPool(pool, tell) })
}
