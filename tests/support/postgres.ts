// A real PostgreSQL for tests: fsync on, password required, every statement logged by the server itself.
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openStore } from '../../src/store/open-store.ts'
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

const harness = 'wherry-test-harness'
const empty_store_variable = 'WHERRY_TEST_EMPTY_STORE'
const settings = [
  'fsync=on',
  'max_connections=200',
  'shared_buffers=32MB',
  'max_parallel_workers_per_gather=0',
  'log_statement=all',
  'log_line_prefix=<%d|%a> ',
  'log_checkpoints=off',
  'lc_messages=C',
  'timezone=UTC',
]

/** A PostgreSQL server with one database ready. */
export type PostgresServer = DatabaseServer & {
  /** Makes another database, which holds an empty store; where no run of tests has prepared one, an empty database. */
  createStore(label?: string): Promise<TestDatabase>
}

/**
 * Answers a PostgreSQL server with a fresh database.
 *
 * The test run's shared server when there is one (`WHERRY_TEST_POSTGRES_URL`), else one started here.
 *
 * @throws Error, or ends this process, when the server is missing: see `serverBinaries`.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const shared_url = process.env['WHERRY_TEST_POSTGRES_URL']
  if (shared_url === undefined) return startOwnPostgres()
  return serverAt(shared_url, process.env['WHERRY_TEST_POSTGRES_LOG'])
}

/** Makes the store that `createStore` copies: migrating one takes a second. Answers the variables that name it for other processes. */
export async function prepareEmptyStore(server: DatabaseServer): Promise<Record<string, string>> {
  const { url, database } = await server.createDatabase('empty_store')
  const db = await openStore({ engine: 'postgres', url, connections: 1, onConnectionError: () => undefined })
  await db.destroy()
  return { [empty_store_variable]: database }
}

/** A PostgreSQL of the caller's own, which can also be killed. */
export type OwnPostgres = OwnDatabaseServer &
  PostgresServer & {
    /** Kills the server without warning (SIGKILL). */
    crash(): Promise<void>
  }

/** Answers a PostgreSQL server that no other test uses, so that it may be switched off and on. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const [postgres, initdb] = serverBinaries('PostgreSQL') as [string, string]
  const run_as = userToRunAs(['postgres'])
  const folder = tempFolder('postgres', run_as)
  const data = join(folder, 'data')
  const log_file = join(folder, 'server.log')
  const password = uniqueName('password')
  const password_file = join(folder, 'password')
  writeFileSync(password_file, password)
  chmodSync(password_file, 0o644) // The folder above is closed to others.
  runToEnd(initdb, initdbArgs(data, password_file), run_as)
  const port = await freePort()
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const launch = async (): Promise<GuardedProcess> => {
    const server = startGuarded(postgres, serverArgs(data, folder, port), log_file, run_as)
    await untilReady(url, server, log_file)
    return server
  }
  let running = await launch()
  const server = await serverAt(url, log_file, async () => {
    await running.stop('SIGINT')
    removeTempFolder(folder)
  })
  return {
    ...server,
    switchOff: () => running.stop('SIGQUIT'),
    crash: () => running.stop('SIGKILL'),
    switchOn: async () => {
      running = await launchAgain(launch)
    },
  }
}

// Child processes of a killed server end soon; until then its shared memory is in use.
async function launchAgain(launch: () => Promise<GuardedProcess>): Promise<GuardedProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch()
    } catch (error) {
      if (attempt >= 20) throw error
      await sleep(100)
    }
  }
}

function initdbArgs(data: string, password_file: string): string[] {
  return [
    '-D',
    data,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '-A',
    'scram-sha-256',
    `--pwfile=${password_file}`,
    '-N',
  ]
}

function serverArgs(data: string, folder: string, port: number): string[] {
  return [
    '-D',
    data,
    '-p',
    `${port}`,
    '-h',
    '127.0.0.1',
    '-k',
    folder,
    ...settings.flatMap((setting) => ['-c', setting]),
  ]
}

// `end` ends a server of our own, with all its databases; a shared one only loses the databases made here.
async function serverAt(url: string, log_file: string | undefined, end?: () => Promise<void>): Promise<PostgresServer> {
  const made: { name: string; close(): Promise<void> }[] = []
  const createDatabase = async (label = 'db', template = 'template0'): Promise<TestDatabase> => {
    const name = uniqueName(label)
    const log_start = log_file === undefined ? 0 : statSync(log_file).size
    await once(url, (client) => client.query(`create database ${name} template ${template}`))
    const { database, close } = databaseAt(urlOf(url, name), log_file, log_start)
    made.push({ name, close })
    return database
  }
  const createStore = (label = 'store') =>
    createDatabase(label, end === undefined ? process.env[empty_store_variable] : undefined)
  const first = await createDatabase()
  const version = await once(url, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]!.server_version
  })
  const stop = async (): Promise<void> => {
    for (const { close } of made) await close()
    if (end !== undefined) return end()
    for (const { name } of made) await once(url, (client) => client.query(`drop database ${name} with (force)`))
  }
  const environment: Record<string, string> = { WHERRY_TEST_POSTGRES_URL: url }
  if (log_file !== undefined) environment['WHERRY_TEST_POSTGRES_LOG'] = log_file
  return { ...first, version, environment, createDatabase: (label) => createDatabase(label), createStore, stop }
}

function databaseAt(
  url: string,
  log_file: string | undefined,
  log_start: number,
): { database: TestDatabase; close(): Promise<void> } {
  const { hostname, port, username, password, pathname } = new URL(url)
  const name = pathname.slice(1)
  const pool = new pg.Pool({ connectionString: url, application_name: harness, max: 2 })
  pool.on('error', () => {}) // A server that is switched off breaks idle connections; the next query says so.
  const statements = async (matching?: string | RegExp): Promise<string[]> => {
    if (log_file === undefined) {
      throw new Error(
        'set WHERRY_TEST_POSTGRES_LOG to the log of the server in WHERRY_TEST_POSTGRES_URL (log_statement=all)',
      )
    }
    return keepMatching(statementsIn(readFileSync(log_file).subarray(log_start).toString('utf8'), name), matching)
  }
  const database: TestDatabase = {
    url,
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: name,
    query: async <Row>(text: string, values?: unknown[]): Promise<Row[]> =>
      (await pool.query(text, values)).rows as Row[],
    statements,
    statementCount: async (matching) => (await statements(matching)).length,
  }
  return { database, close: () => pool.end() }
}

/** Picks the statements that clients other than this harness ran in `database` from the text of a server log. */
function statementsIn(log: string, database: string): string[] {
  const found: string[] = []
  let open = false
  for (const line of log.split('\n')) {
    if (line.startsWith('\t')) {
      if (open) found[found.length - 1] += `\n${line.slice(1)}`
      continue
    }
    const match = /^<([^|]*)\|(.*?)> LOG: {2}(?:statement|execute [^:]*): (.*)$/.exec(line)
    open = match !== null && match[1] === database && match[2] !== harness
    if (open) found.push(match![3]!)
  }
  return found
}

async function untilReady(url: string, server: GuardedProcess, log_file: string): Promise<void> {
  let ended = false
  void server.ended.then(() => (ended = true))
  for (const start = Date.now(); Date.now() - start < 60_000; await sleep(50)) {
    if (ended) break
    try {
      await once(url, (client) => client.query('select 1'))
      return
    } catch {
      // Not listening yet.
    }
  }
  throw new Error(`PostgreSQL did not start:\n${readFileSync(log_file, 'utf8').slice(-2000)}`)
}

async function once<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: harness })
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

function urlOf(url: string, database: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${database}`
  return parsed.href
}
