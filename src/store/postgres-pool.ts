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

const begins = /^(?:begin|start transaction)\b/

/**
 * A connection for one caller. After a failure it runs no further statement and does not return to the pool.
 *
 * @param set_time_limits statements that are sent with the one that begins a transaction
 */
function wrapClient(
  client: pg.PoolClient,
  set_time_limits: string | undefined,
  onError: ErrorListener,
): PostgresPoolClient {
  let broken: StoreUnavailable | undefined
  const send = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    if (set_time_limits === undefined || !begins.test(text)) return await client.query(text, [...values])
    await client.query(`${text}; ${set_time_limits}`)
    return { rows: [] }
  }
  const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (broken) throw broken
    try {
      return (await send(text, values)) as PostgresQueryResult<unknown>
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

// PgBouncer: "unsupported startup parameter: statement_timeout".
function refusesStartupParameter(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '08P01' && /startup parameter/i.test(error.message)
}

/** The dependencies of `postgresPool`. `set_time_limits` are the statements that set the time limits of one transaction. */
export type PostgresPoolDeps = {
  /** Opens a pool whose connections have the time limits as start-up parameters, or have none. */
  openPool(time_limits: boolean): pg.Pool
  set_time_limits: string
  onError: ErrorListener
}

/**
 * The pool as Kysely uses it: an error that leaves a statement without an answer becomes `StoreUnavailable`, and its cause is passed
 * to `onError`. Where start-up parameters are refused, time limits are set in each transaction.
 */
export function postgresPool({ openPool, set_time_limits, onError }: PostgresPoolDeps): PostgresPool {
  const first = openPool(true)
  let pool = first

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      if (!refusesStartupParameter(error)) throw error
      // The first pool has no connection, so that there is nothing to end.
      if (pool === first) pool = openPool(false)
      return await pool.connect()
    }
  }

  return {
    options: first.options,
    async connect() {
      const client = await connect().catch((error: unknown) => {
        if (error instanceof Error) onError(error)
        throw new StoreUnavailable(error)
      })
      return wrapClient(client, pool === first ? undefined : set_time_limits, onError)
    },
    end: () => pool.end(),
  }
}
