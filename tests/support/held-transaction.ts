// Forces an interleaving on PostgreSQL: a transaction of the test holds a lock that transactions of the server wait for.
import pg from 'pg'
import { waitUntil } from './wait-until.ts'

/** An open transaction of a test. */
export type HeldTransaction = {
  /** Waits until a statement of the server that begins with this text waits for a lock, or so many of them. */
  blocks(statement: string, count?: number): Promise<void>
  /** Commits, so that waiting transactions go on. */
  release(): Promise<void>
}

/** Opens a transaction at the PostgreSQL of `url` that has run `statement`, such as `lock table … in share mode`. */
export async function holdTransaction(url: string, statement: string): Promise<HeldTransaction> {
  const holder = new pg.Client({ connectionString: url, application_name: 'wherry-test-harness' })
  await holder.connect()
  await holder.query('begin')
  await holder.query(statement)
  return {
    async blocks(waiting, count = 1) {
      await waitUntil(async () => {
        // A transaction reads the statistics once, unless they are cleared.
        await holder.query('select pg_stat_clear_snapshot()')
        const { rows } = await holder.query(
          `select 1 from pg_stat_activity where datname = current_database() and application_name = 'wherry'
             and wait_event_type = 'Lock' and starts_with(query, $1)`,
          [waiting],
        )
        return rows.length >= count
      })
    },
    async release() {
      await holder.query('commit')
      await holder.end()
    },
  }
}
