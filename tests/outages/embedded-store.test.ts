// The disk of the embedded store is full, or a sync fails: logins get 503, nothing is logged without bound, and the server recovers.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Answer, TestClient } from '../support/requests.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi, realm_grant, type TenantApi } from '../support/tenant-api.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const password = 'Right-Password-1'
const folder = tempFolder('failing-sync')
// Syncs fail while this file exists.
const switch_file = join(folder, 'syncs-fail')

let server: ServerProcess
let tenant: TenantApi
let client: TestClient

const login = (typed = password): Promise<Answer> => tenant.login(client, 'local', 'ada@own.example', typed)
const readiness = async (): Promise<number> => (await tenant.send('/health/ready')).status
const errorLines = (): string[] => server.lines().filter((line) => /"level":[456]0/.test(line))

before(async () => {
  const preload = join(folder, 'failing-sync.mjs')
  writeFileSync(
    preload,
    `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const sync = fs.fdatasync
fs.fdatasync = (file, callback) =>
  fs.existsSync(${JSON.stringify(switch_file)})
    ? setImmediate(callback, Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }))
    : sync(file, callback)
syncBuiltinESMExports()
`,
  )
  server = await startServerProcess({ env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` } })
  tenant = createTenantApi(addressOf(server.firstRun()))
  client = await tenant.createClient({ grant_types: [realm_grant] })
  await tenant.createConnection('local', {}, [client])
  const ada = { client_id: client.client_id, connection: 'local', email: 'ada@own.example', password }
  assert.equal((await tenant.post('/dbconnections/signup', ada)).status, 200)
  assert.equal((await login()).status, 200)
})
after(() => server?.kill())

async function assertOutage(): Promise<void> {
  const errors_before = errorLines().length
  const answers: Answer[] = []
  for (let round = 0; round < 10; round += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => login('Wrong-Password-1')))))
  }
  const failed = answers.filter(({ status }) => status !== 403)
  assert.ok(failed.length >= 180, `${failed.length} of ${answers.length} logins failed`)
  for (const { status, headers, text } of failed) {
    assert.equal(status, 503, text)
    assert.ok(Number(headers.get('retry-after')) > 0)
    assert.doesNotMatch(text, /password|invalid_grant|sqlite|disk|EIO/i)
  }
  assert.equal(await readiness(), 503)
  assert.equal((await tenant.send('/health/live')).status, 200)
  assert.equal((await tenant.send('/.well-known/jwks.json')).status, 200, 'reads go on')
  const errors = errorLines().slice(errors_before)
  assert.ok(errors.length >= 1 && errors.length < 15, `${errors.length} lines for ${answers.length} logins`)
}

async function assertRecovery(): Promise<void> {
  await waitUntil(async () => (await readiness()) === 200)
  assert.equal((await login()).status, 200)
  assert.equal((await login('Wrong-Password-1')).status, 403)
}

/** Limits the size of the files that the server writes: a write beyond it fails, as on a full disk, without a file system of its own. */
const limitFileSize = (bytes: number | 'unlimited'): void =>
  void execFileSync('prlimit', [`--pid=${server.pid()}`, `--fsize=${bytes}:unlimited`])

test('a full disk: 503 with Retry-After, not ready, a bounded log, and recovery without a restart [guard: full-disk-is-an-outage]', async () => {
  limitFileSize(statSync(join(server.data_dir, 'wherry.sqlite-wal')).size)
  await assertOutage()
  limitFileSize('unlimited')
  await assertRecovery()
})

test('a failed sync: 503 with Retry-After, not ready, a bounded log, and recovery without a restart [guard: failed-sync-is-an-outage]', async () => {
  writeFileSync(switch_file, '')
  await assertOutage()
  rmSync(switch_file)
  await assertRecovery()
})

test('another program that locks the store: 503 with Retry-After, not ready, reads go on, and recovery without a restart [guard: locked-store-is-an-outage]', async () => {
  const other_program = new DatabaseSync(join(server.data_dir, 'wherry.sqlite'))
  other_program.exec('begin immediate')
  await assertOutage()
  other_program.exec('rollback')
  other_program.close()
  await assertRecovery()
})

test('a store whose last sync failed starts again, and has what was acknowledged', async () => {
  writeFileSync(switch_file, '')
  assert.equal((await login()).status, 503)
  await server.kill()
  rmSync(switch_file)
  await server.start()
  await sleep(100)
  await assertRecovery()
  assert.equal(server.stderr(), '')
})
