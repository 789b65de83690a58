import { Kysely, sql } from 'kysely'
import type { StoreTarget } from './open-store.ts'
import { postgresDialect } from './postgres.ts'
import type { Database, Db } from './tables.ts'

/** Writes one row to a store, to find out whether that is possible. */
export type WriteProbe = {
  /** @throws the error of the store */
  write(): Promise<void>
  close(): Promise<void>
}

// The client gives up one second later.
const statement_timeout_ms = 4000

/** The row of `installation` that a probe writes: the time of the last one. */
const probe_name = 'write_probe'

async function writeRow(db: Db): Promise<void> {
  const value = new Date().toISOString()
  await db
    .insertInto('installation')
    .values({ name: probe_name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

/** Whether a commit of this user waits for a synchronous standby. Databases with PostgreSQL's protocol may have no such view. */
async function awaitsStandby(db: Db): Promise<boolean> {
  const waiting = sql`select 1 from pg_stat_activity where usename = current_user and wait_event = 'SyncRep' limit 1`
  return (await waiting.execute(db).catch(() => undefined))?.rows.length === 1
}

/**
 * The probe of a store. On PostgreSQL it has a connection of its own, so that a commit that hangs is found while all connections of the
 * pool are in use.
 */
export function openWriteProbe(target: StoreTarget, db: Db): WriteProbe {
  if (target.engine === 'sqlite') return { write: () => writeRow(db), close: () => Promise.resolve() }
  const { url, onConnectionError } = target
  const own = new Kysely<Database>({
    dialect: postgresDialect({ url, connections: 1, statement_timeout_ms, onConnectionError }),
  })
  let failed = false
  return {
    async write() {
      // A commit that waits for a standby holds its server process after the client has given up: a second probe would hold another one.
      if (failed && (await awaitsStandby(own))) throw new Error('PostgreSQL waits for a synchronous standby.')
      failed = true
      await writeRow(own)
      failed = false
    },
    close: () => own.destroy(),
  }
}
