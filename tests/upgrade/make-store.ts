// Makes stores as the commit before the restructuring leaves them, for old-store.test.ts: what it wrote must go on working.
// The fixtures beside it were made once, from a checkout of commit 45309fb with its dependencies installed, with PostgreSQL 15:
//
//   node tests/upgrade/make-store.ts --from <checkout>
//
// They are not made again: a store that a newer commit makes is no old store.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startCheckout } from '../tour/checkout-server.ts'
import { openTenantApi } from '../tour/tenant-api.ts'
import { secretsFile, storeFile, type Engine, type OldStore } from './old-store.ts'
import { firstManagement, populate, setUpAdmin, ticketOf } from './populate-store.ts'
import { readAnswers } from './read-answers.ts'

const secret_key = 'the sealing key of an old store, long enough'
const folders = tempFolder('old-stores')

const { values } = parseArgs({ options: { from: { type: 'string' } } })
if (values.from === undefined) throw new Error('Usage: node tests/upgrade/make-store.ts --from <checkout>')
const checkout = resolve(values.from)

await makeStore('sqlite', {}, (data_dir) => {
  const copy = join(data_dir, 'copy.sqlite')
  const store = new DatabaseSync(join(data_dir, 'wherry.sqlite'))
  // With what is in the write-ahead log, and without free pages.
  store.exec(`vacuum into '${copy}'`)
  store.close()
  return readFileSync(copy)
})
const postgres = await startPostgres()
await makeStore('postgres', { DATABASE_URL: postgres.url, WHERRY_SECRET_KEY: secret_key }, () => dump(postgres.url))
await postgres.stop()

async function makeStore(
  engine: Engine,
  env: Record<string, string>,
  exported: (data_dir: string) => Buffer,
): Promise<void> {
  const data_dir = mkdtempSync(join(folders, 'data-'))
  const first = await startCheckout(checkout, env, data_dir)
  const store = await populate(first)
  await first.stop()
  // The embedded store belongs to one process: links are printed while no server runs.
  const open_admin = ticketOf(adminLink(env, data_dir))
  const link = adminLink(env, data_dir, '--tenant', 'second')
  const server = await startCheckout(checkout, env, data_dir)
  const chief = { tenant: 'second', email: 'chief@second.example', password: 'another long password' }
  const admins = [...store.admins, await setUpAdmin(server, link, chief)]
  const api = await openTenantApi(server.port, firstManagement(server))
  const answers = await readAnswers(api, store.connection_ids.legacy)
  await server.stop()
  const key = env['WHERRY_SECRET_KEY'] ?? readFileSync(join(data_dir, 'secret.key'), 'utf8').trim()
  const old_store: OldStore = {
    made_at: Date.now(),
    secret_key: key,
    ...store,
    admins,
    tickets: { ...store.tickets, open_admin },
    answers,
  }
  mkdirSync(dirname(storeFile(engine)), { recursive: true })
  writeFileSync(storeFile(engine), gzipSync(exported(data_dir), { level: 9 }))
  writeFileSync(secretsFile(engine), `${JSON.stringify(old_store, null, 2)}\n`)
  console.log(`${engine}: ${answers.users.length} users, ${answers.ledger.length} ledger records`)
}

function adminLink(env: Record<string, string>, data_dir: string, ...options: string[]): string {
  const command = [join(checkout, 'bin/wherry.cjs'), 'admin-link', ...options]
  const inherited = { PATH: process.env['PATH'] ?? '' }
  return execFileSync(process.execPath, command, {
    cwd: data_dir,
    env: { ...inherited, WHERRY_DATA_DIR: data_dir, ...env },
    encoding: 'utf8',
  }).trim()
}

/** Plain SQL: without owners, and without the settings and commands that only one version of PostgreSQL or psql knows. */
function dump(url: string): Buffer {
  const options = ['--inserts', '--no-owner', '--no-privileges', '--no-comments', '--no-tablespaces']
  const sql = execFileSync('pg_dump', [...options, url], { encoding: 'utf8', maxBuffer: 64 << 20 })
  const lines = sql.split('\n').filter((line) => !/^(?:SET |SELECT pg_catalog\.set_config|\\)/.test(line))
  return Buffer.from(`${lines.join('\n')}\n`)
}
