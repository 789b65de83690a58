import { countText } from '../../base/count-text.ts'
import { statSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { sql } from 'kysely'
import { store_file } from '../../store/backup-store.ts'
import { engineOf } from '../../store/engine.ts'
import type { Db } from '../../store/tables.ts'
import { openWriteProbe } from '../../store/write-probe.ts'
import type { CommandDeps } from '../command-deps.ts'
import { storeTarget } from '../open-checked-store.ts'
import { failure, messageOf, ok, warning, type Found } from './finding.ts'

const slow_write_ms = 250
const large_log_bytes = 512 * 1024 * 1024

async function checkWrite({ config, db }: CommandDeps): Promise<Found> {
  const probe = openWriteProbe(
    storeTarget(config, () => undefined),
    db,
  )
  const began_at = performance.now()
  try {
    await probe.write()
    const took_ms = Math.round(performance.now() - began_at)
    const written = `A row was written and synced in ${took_ms} ms.`
    return took_ms <= slow_write_ms
      ? ok(written)
      : warning(written, 'Each login writes: look for a slow disk, a busy machine, or a distant database.')
  } catch (error) {
    return failure(
      `The store cannot be written: ${messageOf(error)}.`,
      'Look for a full or broken disk, a database that is a standby, or missing privileges. Until then requests that write answer 503.',
    )
  } finally {
    await probe.close()
  }
}

/** The log of a store that grows where a program reads the store for long, such as a backup that does not end. */
function checkLog(data_dir: string): Found[] {
  const log = statSync(path.join(data_dir, `${store_file}-wal`), { throwIfNoEntry: false })
  if (log === undefined || log.size < large_log_bytes) return []
  return [
    warning(
      `The write-ahead log has ${countText(Math.round(log.size / 1024 / 1024))} MiB.`,
      'A program holds the store open and reads: let backups end, and close other programs that read wherry.sqlite.',
    ),
  ]
}

type PostgresFacts = {
  version: string
  fsync: string
  synchronous_commit: string
  max_connections: string
  used: string
}

async function readFacts(db: Db): Promise<PostgresFacts | undefined> {
  const facts = sql<PostgresFacts>`select current_setting('server_version') as version,
    current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
    current_setting('max_connections') as max_connections, (select count(*)::text from pg_stat_activity) as used`
  // A database with PostgreSQL's protocol may lack a setting.
  return (await facts.execute(db).catch(() => undefined))?.rows[0]
}

async function checkPostgres({ config, db }: CommandDeps): Promise<Found[]> {
  const facts = await readFacts(db)
  if (!facts) return [ok('The database does not report its settings, so that they are not checked.')]
  const { version, fsync, synchronous_commit, max_connections, used } = facts
  const own = config.database_connections + 2
  const free = Number(max_connections) - Number(used)
  return [
    ok(`PostgreSQL ${version}: ${used} of ${max_connections} connections are in use.`),
    ...(fsync === 'off' || synchronous_commit === 'off'
      ? [
          warning(
            `PostgreSQL loses the last transactions in a crash: fsync is ${fsync}, synchronous_commit is ${synchronous_commit}.`,
            'Turn both on: a user who has moved, or a new password, may be lost.',
          ),
        ]
      : []),
    ...(Number(max_connections) < own || free < 1
      ? [
          warning(
            `This process may open ${own} connections, and PostgreSQL has ${free} left of ${max_connections}.`,
            'Raise max_connections, or lower WHERRY_DATABASE_CONNECTIONS in each process.',
          ),
        ]
      : []),
  ]
}

/** Checks that the store can be written, and how it is run. */
export async function checkStore(deps: CommandDeps): Promise<Found[]> {
  const { version } = await deps.db
    .selectFrom('schema_versions')
    .select((row) => row.fn.max<number>('version').as('version'))
    .executeTakeFirstOrThrow()
  const is_sqlite = engineOf(deps.db) === 'sqlite'
  const where = is_sqlite ? `The embedded store in ${deps.config.data_dir}` : 'The store in PostgreSQL'
  const more = is_sqlite ? checkLog(deps.config.data_dir) : await checkPostgres(deps)
  return [ok(`${where} has the schema version ${version}.`), await checkWrite(deps), ...more]
}
