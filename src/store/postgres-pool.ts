import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { StoreUnavailable } from './store-unavailable.ts'

// What PostgreSQL says when it cannot serve: connection, authorization, database, resources, statement time limit,
// stopping or starting, a standby that takes no writes, a transaction that idled too long.
const away_states = /^(?:08|28|3D|53|57014|57P|25006|25P03)/

// What stands in the way of a statement and is no answer to it. An error of the server's bears a state.
function isAway(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return !(error instanceof TypeError || error instanceof RangeError)
  return error.code === undefined || away_states.test(error.code)
}

// A statement that took too long leaves its connection as good as before.
function isSpent(error: unknown): boolean {
  return isAway(error) && !(error instanceof pg.DatabaseError && error.code === '57014')
}

type Tell = (error: Error) => void

/** A connection for one caller. Once it has failed it takes no more statements, and does not go back to the pool. */
function lend(client: pg.PoolClient, tell: Tell): PostgresPoolClient {
  let spent: StoreUnavailable | undefined
  const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (spent) throw spent
    try {
      return (await client.query(text, [...values])) as PostgresQueryResult<unknown>
    } catch (error) {
      if (!isAway(error)) throw error
      const away = new StoreUnavailable(error)
      if (isSpent(error)) spent = away
      if (error instanceof Error) tell(error)
      throw away
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || spent !== undefined),
  }
}

/**
 * A pool as the query builder uses it: whatever keeps a statement from being answered comes as `StoreUnavailable`, and
 * `tell` hears the reason.
 */
export function lendingPool(pool: pg.Pool, tell: Tell): PostgresPool {
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        if (error instanceof Error) tell(error)
        throw new StoreUnavailable(error)
      })
      return lend(client, tell)
    },
    end: () => pool.end(),
  }
}
