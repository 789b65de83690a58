import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Config } from '../config/config.ts'
import { refuseIncompleteCopy } from '../store/copy-store.ts'
import { openStore, type StoreTarget } from '../store/open-store.ts'
import { openSearches, type Searches, type Snapshots } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import { startWriteCheck, type WriteCheck } from '../store/write-check.ts'
import { openWriteProbe } from '../store/write-probe.ts'

/** The store that the settings name. `report` receives the errors of the connection or of the file system. */
export function storeTarget(config: Config, report: (error: Error) => void): StoreTarget {
  const { database_url: url, database_connections: connections, data_dir } = config
  return url === undefined
    ? { engine: 'sqlite', folder: data_dir, onError: report }
    : { engine: 'postgres', url, connections, onConnectionError: report }
}

// A commit that waits for a standby hangs until its client gives up. No request should find that out by waiting.
const postgres_check_every_ms = 5000

const failure_messages = {
  sqlite: 'the embedded store cannot be read or written',
  postgres: 'a connection to the store was lost',
} as const

/**
 * Opens the store of a server, and checks that it can be written: at each failure, and on PostgreSQL every five seconds.
 *
 * @throws {DataDirectoryHeld | SchemaTooNew | StoreUnusable} with a message that says how to fix it
 */
export async function openCheckedStore(
  config: Config,
  { log, clock }: { log: ProcessLog; clock: Clock },
): Promise<{ db: Db; searches: Searches & Snapshots; writes: WriteCheck; close(): Promise<void> }> {
  let onFailure = (): void => undefined
  const target = storeTarget(config, (error) => {
    log.warn({ err: error }, failure_messages[target.engine])
    onFailure()
  })
  const db = await openStore(target)
  await refuseIncompleteCopy(db).catch(async (error: unknown) => {
    await db.destroy()
    throw error
  })
  const searches = openSearches(db, target)
  const probe = openWriteProbe(target, db)
  const every_ms = target.engine === 'postgres' ? postgres_check_every_ms : undefined
  const writes = startWriteCheck(() => probe.write(), { log, clock, every_ms })
  onFailure = () => void writes.check()
  return {
    db,
    searches,
    writes,
    async close() {
      writes.close()
      await searches.close()
      await probe.close()
      await db.destroy()
    },
  }
}
