// A real MariaDB for tests: password required, every statement logged by the server into its own general log table.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import { freePort } from './free-port.ts'
import { type GuardedProcess, runToEnd, startGuarded, userToRunAs } from './guarded-process.ts'
import { serverBinaries } from './server-binaries.ts'
import { removeTempFolder, tempFolder } from './temp-folder.ts'
import {
  keepMatching,
  type OwnDatabaseServer,
  type TestDatabase,
  type DatabaseServer,
  uniqueName,
} from './test-database.ts'

/**
 * Answers a MariaDB server with a fresh database and a user of its own.
 *
 * The test run's shared server when there is one (`WHERRY_TEST_MARIADB_URL`), else one started here.
 *
 * @throws Error, or ends this process, when the server is missing: see `serverBinaries`.
 */
export async function startMariadb(): Promise<DatabaseServer> {
  const shared_url = process.env['WHERRY_TEST_MARIADB_URL']
  if (shared_url === undefined) return startOwnMariadb()
  return serverAt(shared_url, async () => {})
}

/** Answers a MariaDB server that no other test uses, so that it may be switched off and on. */
export async function startOwnMariadb(): Promise<OwnDatabaseServer> {
  const [mariadbd, install_db] = serverBinaries('MariaDB') as [string, string]
  const run_as = userToRunAs(['mysql'])
  const folder = tempFolder('mariadb', run_as)
  const data = join(folder, 'data')
  const log_file = join(folder, 'server.log')
  runToEnd(install_db, installArgs(data, mariadbd), run_as)
  const port = await freePort()
  const socket = join(folder, 's')
  const launch = async (): Promise<GuardedProcess> => {
    const server = startGuarded(mariadbd, serverArgs(data, folder, port, socket), log_file, run_as)
    await untilReady(socket, server, log_file)
    return server
  }
  let running = await launch()
  const password = uniqueName('password')
  const by_socket = await mysql.createConnection({ socketPath: socket, user: 'root' })
  await by_socket.query(`create user admin@'%' identified by '${password}'`)
  await by_socket.query(`grant all on *.* to admin@'%' with grant option`)
  await by_socket.end()
  const server = await serverAt(`mysql://admin:${password}@127.0.0.1:${port}/mysql`, async () => {
    await running.stop('SIGTERM')
    removeTempFolder(folder)
  })
  return {
    ...server,
    switchOff: () => running.stop('SIGKILL'),
    switchOn: async () => {
      running = await launch()
    },
  }
}

function installArgs(data: string, mariadbd: string): string[] {
  const basedir = dirname(dirname(mariadbd))
  return [
    '--no-defaults',
    `--basedir=${basedir}`,
    `--datadir=${data}`,
    // In /tmp the temporary tables of two installations at once may have one name.
    `--tmpdir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]
}

function serverArgs(data: string, folder: string, port: number, socket: string): string[] {
  return [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${folder}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socket}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--skip-name-resolve',
    '--general-log=1',
    '--log-output=TABLE',
    '--character-set-server=utf8mb4',
    '--innodb-buffer-pool-size=64M',
    '--max-connections=200',
  ]
}

async function serverAt(url: string, end: () => Promise<void>): Promise<DatabaseServer> {
  const admin = mysql.createPool({ uri: url, connectionLimit: 2, multipleStatements: false })
  await admin.query(`set global log_output = 'TABLE'`)
  await admin.query('set global general_log = 1')
  const made: { name: string; close(): Promise<void> }[] = []
  const createDatabase = async (label = 'db'): Promise<TestDatabase> => {
    const name = uniqueName(label)
    const password = uniqueName('password')
    await admin.query(`create database ${name}`)
    await admin.query(`create user ${name}@'%' identified by '${password}'`)
    await admin.query(`grant all on ${name}.* to ${name}@'%'`)
    const { database, close } = databaseAt(url, admin, name, password)
    made.push({ name, close })
    return database
  }
  const first = await createDatabase()
  const [rows] = await admin.query<mysql.RowDataPacket[]>('select version() as version')
  const stop = async (): Promise<void> => {
    for (const { name, close } of made) {
      await close()
      await quietly(admin.query(`drop database ${name}`))
      await quietly(admin.query(`drop user ${name}@'%'`))
    }
    await quietly(admin.end())
    await end()
  }
  const environment = { WHERRY_TEST_MARIADB_URL: url }
  return { ...first, version: String(rows[0]!['version']), environment, createDatabase, stop }
}

// Each database has its own user, so the server's log separates its statements from others and from the harness's.
function databaseAt(
  admin_url: string,
  admin: mysql.Pool,
  name: string,
  password: string,
): { database: TestDatabase; close(): Promise<void> } {
  const { hostname, port } = new URL(admin_url)
  const at = new URL(admin_url)
  at.pathname = `/${name}`
  const pool = mysql.createPool({ uri: at.href, connectionLimit: 2 })
  const statements = async (matching?: string | RegExp): Promise<string[]> => {
    const [rows] = await admin.query<mysql.RowDataPacket[]>(
      `select convert(argument using utf8mb4) as text from mysql.general_log
       where user_host like ? and command_type in ('Query', 'Execute') order by event_time`,
      [`${name.replaceAll('_', '\\_')}[%`],
    )
    return keepMatching(
      rows.map((row) => String(row['text'])),
      matching,
    )
  }
  const database: TestDatabase = {
    url: `mysql://${name}:${password}@${hostname}:${port}/${name}`,
    host: hostname,
    port: Number(port),
    user: name,
    password,
    database: name,
    query: async <Row>(text: string, values?: unknown[]): Promise<Row[]> =>
      (await pool.query(text, values))[0] as Row[],
    statements,
    statementCount: async (matching) => (await statements(matching)).length,
  }
  return { database, close: () => quietly(pool.end()) }
}

async function untilReady(socket: string, server: GuardedProcess, log_file: string): Promise<void> {
  let ended = false
  void server.ended.then(() => (ended = true))
  for (const start = Date.now(); Date.now() - start < 60_000; await sleep(50)) {
    if (ended) break
    try {
      await (await mysql.createConnection({ socketPath: socket, user: 'root' })).end()
      return
    } catch {
      // Not listening yet.
    }
  }
  throw new Error(`MariaDB did not start:\n${readFileSync(log_file, 'utf8').slice(-2000)}`)
}

async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch {
    // A server that is off needs no clean-up.
  }
}
