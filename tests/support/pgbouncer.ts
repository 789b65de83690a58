// A real PgBouncer in transaction mode in front of a test database, otherwise with its defaults.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { startGuarded, userToRunAs } from './guarded-process.ts'
import { serverBinaries } from './server-binaries.ts'
import { removeTempFolder, tempFolder } from './temp-folder.ts'
import type { TestDatabase } from './test-database.ts'

/** A running PgBouncer. */
export type Pgbouncer = {
  /** The URL of the database through it. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a PgBouncer for a database.
 *
 * @param server_connections how many connections to PostgreSQL its clients share
 * @throws Error, or ends this process, when it is missing: see `serverBinaries`.
 */
export async function startPgbouncer(database: TestDatabase, server_connections: number): Promise<Pgbouncer> {
  const [program] = serverBinaries('PgBouncer') as [string]
  const run_as = userToRunAs(['postgres'])
  const folder = tempFolder('pgbouncer', run_as)
  const port = await freePort()
  const users = join(folder, 'users.txt')
  writeFileSync(users, `"${database.user}" "${database.password}"\n`)
  const config = join(folder, 'pgbouncer.ini')
  const settings = [
    '[databases]',
    `* = host=127.0.0.1 port=${database.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    'pool_mode = transaction',
    `default_pool_size = ${server_connections}`,
  ]
  writeFileSync(config, `${settings.join('\n')}\n`)
  const log_file = join(folder, 'pgbouncer.log')
  const running = startGuarded(program, [config], log_file, run_as)
  const url = new URL(database.url)
  url.port = String(port)
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client({ connectionString: url.href })
    try {
      await client.connect()
      await client.end()
      break
    } catch (error) {
      if (attempt >= 100)
        throw new Error(`PgBouncer did not start:\n${readFileSync(log_file, 'utf8').slice(-2000)}`, { cause: error })
      await sleep(50)
    }
  }
  return {
    url: url.href,
    async stop() {
      await running.stop('SIGINT')
      removeTempFolder(folder)
    },
  }
}
