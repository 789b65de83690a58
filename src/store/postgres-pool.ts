import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { StoreUnavailable } from './store-unavailable.ts'

// SQLSTATEs of a PostgreSQL that cannot serve: connection, authorization, database, resources, statement timeout, stopping or
// starting, a standby that takes no writes, a transaction that was idle for too long.
const unavailable_states = /^(?:08|28|3D|53|57014|57P|25006|25P03)/

// An error of the server has a SQLSTATE; every other error of the driver is one of the connection.
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return !(error instanceof TypeError || error instanceof RangeError)
  return error.code === undefined || unavailable_states.test(error.code)
}

// The connection stays usable after a statement timeout (57014).
function breaksConnection(error: unknown): boolean {
  return isUnavailable(error) && !(error instanceof pg.DatabaseError && error.code === '57014')
}

type ErrorListener = (error: Error) => void

/** A connection for one caller. After a failure it runs no further statement and does not return to the pool. */
function wrapClient(client: pg.PoolClient, onError: ErrorListener): PostgresPoolClient {
  let broken: StoreUnavailable | undefined
  const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (broken) throw broken
    try {
      return (await client.query(text, [...values])) as PostgresQueryResult<unknown>
    } catch (error) {
      if (!isUnavailable(error)) throw error
      const unavailable = new StoreUnavailable(error)
      if (breaksConnection(error)) broken = unavailable
      if (error instanceof Error) onError(error)
      throw unavailable
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || broken !== undefined),
  }
}

/**
 * The pool as Kysely uses it: an error that leaves a statement without an answer becomes `StoreUnavailable`, and its cause is passed
 * to `onError`.
 */
export function postgresPool(pool: pg.Pool, onError: ErrorListener): PostgresPool {
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        if (error instanceof Error) onError(error)
        throw new StoreUnavailable(error)
      })
      return wrapClient(client, onError)
    },
    end: () => pool.end(),
  }
}
