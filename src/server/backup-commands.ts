import { countText } from '../base/count-text.ts'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { backUpStore, restoreStore, store_file, type StoreSummary } from '../store/backup-store.ts'
import { copyStore, type ReportCopy } from '../store/copy-store.ts'
import { checksumFile } from '../store/file-checksum.ts'
import { openStore } from '../store/open-store.ts'
import { progressBar } from './job-progress.ts'
import { openSealer, requireSealingKey, SealingKeyError } from './sealing-key.ts'
import { createTerminalProgress } from './terminal-progress.ts'

const refuse = (message: string): never => {
  throw new Refusal('invalid_request', { message })
}

function refusePostgres({ database_url }: Config, instead: string): void {
  if (database_url === undefined) return
  refuse(`DATABASE_URL is set: the store is in PostgreSQL. ${instead}`)
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`

function describe({ file, bytes, schema_version, rows }: StoreSummary): string {
  const { tenants = 0, users = 0 } = rows
  return `${file}: ${mebibytes(bytes)}, schema version ${schema_version}, ${tenants} tenants, ${users} users`
}

/**
 * Writes a backup of the embedded store, also while a server runs. It never holds the sealing key.
 *
 * @throws {Refusal} with PostgreSQL
 * @throws {StoreUnusable} where there is no store, or the file exists
 */
export function backUp(config: Config, to: string, as_json: boolean): string {
  refusePostgres(config, 'Back it up with pg_dump --format=custom "$DATABASE_URL" > wherry.dump')
  const summary = backUpStore(config.data_dir, path.resolve(to))
  if (as_json) return JSON.stringify(summary, null, 2)
  const key = config.secret_key === undefined ? path.join(config.data_dir, 'secret.key') : 'WHERRY_SECRET_KEY'
  return `Written and checked: ${describe(summary)}.\nIts SHA-256 checksum is in ${checksumFile(summary.file)}: keep both together, a restore compares them.\nThe sealing key (${key}) is not in it: keep it in another place. Without it the backup does not open.`
}

/**
 * Puts a backup in the place of the embedded store. A store that is there is kept under another name.
 *
 * @throws {Refusal} with PostgreSQL
 * @throws {DataDirectoryHeld} while a server runs
 * @throws {StoreUnusable | SchemaTooNew | SealingKeyError} before anything is changed
 */
export function restore(config: Config, from: string, as_json: boolean): string {
  refusePostgres(config, 'Restore it with pg_restore --dbname="$DATABASE_URL" wherry.dump, into an empty database.')
  const restored = restoreStore(config.data_dir, path.resolve(from), {
    now: systemClock.now(),
    check(sealing_key_check) {
      if (sealing_key_check === undefined)
        throw new SealingKeyError('The backup is of a store that no server has started on: it has no tenants.')
      requireSealingKey(config, sealing_key_check)
    },
  })
  if (as_json) return JSON.stringify(restored, null, 2)
  const kept = restored.kept_as === undefined ? '' : `\nThe store that was there is kept as ${restored.kept_as}.`
  const compared = restored.had_checksum
    ? ''
    : `\nThere is no ${checksumFile(path.resolve(from))}: every page was checked, but not whether the backup is the file that was written.`
  return `Restored: ${describe(restored)}.${compared}${kept}\nStart the server.`
}

const reported_every_rows = 10_000

/** Prints the progress of each table: as a bar in a terminal, else as lines, one at its end and one for each 10,000 rows. */
function createCopyProgress(): { report: ReportCopy; end(): void } {
  const progress = createTerminalProgress()
  let printed = 0
  return {
    report(step, table, done, total) {
      if (process.stderr.isTTY) {
        progress.show(
          `${progressBar(done / total)}  ${step} ${countText(done)} of ${countText(total)} rows of ${table}`,
        )
        return
      }
      if (done < total && done - printed < reported_every_rows) return
      printed = done < total ? done : 0
      console.error(`${step} ${table} ${done}/${total}`)
    },
    end: () => progress.end(),
  }
}

/**
 * Copies the embedded store into the empty PostgreSQL database of DATABASE_URL, and compares every row. A command that was interrupted
 * goes on where it stopped.
 *
 * @throws {Refusal} without DATABASE_URL
 * @throws {DataDirectoryHeld} while a server uses the embedded store
 * @throws {StoreUnusable} where the database holds another store, or rows differ at the end
 */
export async function moveStore(config: Config, as_json: boolean): Promise<string> {
  const { database_url: url, data_dir, database_connections: connections } = config
  if (url === undefined)
    return refuse('Please set DATABASE_URL to the empty PostgreSQL database that the store moves to.')
  if (!existsSync(path.join(data_dir, store_file))) return refuse(`There is no embedded store in ${data_dir}.`)
  const source = await openStore({ engine: 'sqlite', folder: data_dir })
  try {
    // The key has to be the one of the source: the sealed values are copied as they are.
    await openSealer(config, source)
    // Counting and analyzing the rows of a large store takes minutes.
    const statement_timeout_ms = 3_600_000
    const target = await openStore({
      engine: 'postgres',
      url,
      connections,
      statement_timeout_ms,
      onConnectionError: () => undefined,
    })
    try {
      const { report, end } = createCopyProgress()
      const summary = await copyStore(source, target, report).finally(end)
      if (as_json) return JSON.stringify(summary, null, 2)
      return `Copied and compared ${summary.rows} rows of ${Object.keys(summary.tables).length} tables.\nStart the server with this DATABASE_URL and the same sealing key. The embedded store in ${data_dir} was not changed: no server may use it any more.`
    } finally {
      await target.destroy()
    }
  } finally {
    await source.destroy()
  }
}
