import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { backUp, moveStore, restore } from '../../src/server/backup-commands.ts'
import { copyStore } from '../../src/store/copy-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { bearer, type TestClient } from '../support/requests.ts'
import { runCommand, type CommandResult } from '../support/server-process.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { restartTestServer, startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Compiler no. 1'
let server: TestServer
let client: TestClient
let token: string
const backup = join(tempFolder('backups'), 'wherry.sqlite')

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('users', {}, [client])
  await server.createUser('users', { email: 'ada@example.com', password })
  token = (await server.login(client, 'users', 'ada@example.com', password, { scope: 'openid' })).json.access_token
})
after(() => server.close())

const configOf = (env: Record<string, string> = {}) => readConfig({ WHERRY_DATA_DIR: server.data_dir, ...env })
const run = (args: string[], env: Record<string, string> = {}): Promise<CommandResult> =>
  runCommand(args, { env: { WHERRY_DATA_DIR: server.data_dir, ...env } })

describe('backup', () => {
  it('says where the disk of the file is full, its folder is missing or cannot be written, and leaves nothing', async () => {
    const absent = join(tempFolder('mounts'), 'not-mounted')
    assert.throws(() => backUp(configOf(), join(absent, 'x.bak'), false), /There is no folder .*not-mounted/)
    assert.equal(existsSync(absent), false)
    const small = tempFolder('small-disk')
    const program = join(import.meta.dirname, '../../bin/wherry.cjs')
    const script =
      'mount -t tmpfs -o size=64k,$3 none "$1" && "$0" "$2" backup --file "$1/x.bak"; code=$?; ls "$1"; exit $code'
    for (const [mode, expected] of [
      ['rw', /x\.bak was not written: the disk of .* is full\. Free space there/],
      ['ro', /x\.bak was not written: .* cannot be written\./],
    ] as const) {
      const args = ['-rm', 'sh', '-c', script, process.execPath, small, program, mode]
      const env = { PATH: process.env['PATH'], WHERRY_DATA_DIR: server.data_dir }
      const { status, stdout, stderr } = spawnSync('unshare', args, { env, encoding: 'utf8', cwd: tempFolder('cwd') })
      // Where users may make no namespaces.
      if (/unshare failed|Operation not permitted|permission denied/i.test(stderr)) continue
      assert.deepEqual([status, stdout], [1, ''], stderr)
      assert.match(stderr, expected)
      assert.doesNotMatch(stderr, /\n +at /)
    }
  })

  it('copies the store of a running server as of one moment, while users sign up, without the sealing key', async () => {
    const ended = { value: false }
    let signed_up = 0
    const signUps = async (): Promise<void> => {
      while (!ended.value) {
        const email = `u${signed_up}@example.com`
        const body = { client_id: client.client_id, connection: 'users', email, password }
        const { status } = await server.post('/dbconnections/signup', body, {
          'x-forwarded-for': `10.0.0.${signed_up}`,
        })
        assert.equal(status, 200)
        signed_up += 1
      }
    }
    const load = signUps()
    const { status, stdout, stderr } = await run(['backup', '--file', backup, '--json'])
    ended.value = true
    await load
    assert.equal(status, 0, stderr)
    const { rows, sha256 } = JSON.parse(stdout) as { rows: Record<string, number>; sha256: string }
    assert.equal(sha256, createHash('sha256').update(readFileSync(backup)).digest('hex'))
    assert.equal(readFileSync(`${backup}.sha256`, 'utf8'), `${sha256}  wherry.sqlite\n`)
    // One moment: each user has the rows that belong to the user.
    assert.equal(rows['users'], rows['identities'])
    assert.equal(rows['users'], rows['credentials'])
    assert.ok((rows['users'] ?? 0) >= 1 && (rows['users'] ?? 0) <= signed_up + 1)
    assert.equal(statSync(backup).mode & 0o077, 0)
    const key = readFileSync(join(server.data_dir, 'secret.key'), 'utf8').trim()
    assert.ok(!readFileSync(backup).includes(key))
    assert.throws(() => backUp(configOf(), backup, false), /exists: a backup does not replace a file/)
    writeFileSync(`${backup}-2.sha256`, '')
    assert.throws(() => backUp(configOf(), `${backup}-2`, false), /wherry\.sqlite-2\.sha256 exists: a backup does not/)
  })

  it('restores to a server whose users log in and whose tokens are valid', async () => {
    const data_dir = tempFolder('restored')
    copyFileSync(join(server.data_dir, 'secret.key'), join(data_dir, 'secret.key'))
    copyFileSync(join(server.data_dir, 'first-run.json'), join(data_dir, 'first-run.json'))
    const env = { WHERRY_DATA_DIR: data_dir }
    assert.match(restore(configOf(env), backup, false), /^Restored: .*Start the server\.$/s)
    await server.stop()
    const restored = await startTestServer({ env: { ...server.env, ...env } })
    assert.equal((await restored.send('/userinfo', { headers: bearer(token) })).status, 200)
    assert.equal((await restored.login(client, 'users', 'ada@example.com', password)).status, 200)
    await restored.stop()
    server = await restartTestServer(server)
  })
})

describe('restore', () => {
  it('refuses a running server, another sealing key, a damaged backup and another file, and changes nothing', () => {
    assert.throws(() => restore(configOf(), backup, false), /in use by another Wherry process/)
    const data_dir = tempFolder('refused')
    const env = { WHERRY_DATA_DIR: data_dir, WHERRY_SECRET_KEY: 'another sealing key of 32 characters or more' }
    const refused = (file: string, why: RegExp): void => {
      assert.throws(() => restore(configOf(env), file, false), why)
      assert.ok(!existsSync(join(data_dir, 'wherry.sqlite')))
    }
    refused(backup, /not the one that this store was sealed with/)
    const damaged = join(data_dir, 'damaged')
    copyFileSync(backup, damaged)
    truncateSync(damaged, 40_960)
    refused(damaged, new RegExp(`The store ${damaged} is damaged`))
    const text = join(data_dir, 'text')
    writeFileSync(text, 'no database at all, but long enough to look at '.repeat(40))
    refused(text, new RegExp(`The file ${text} is no store of Wherry`))
    refused(join(data_dir, 'none'), /There is no file/)
    const with_postgres = configOf({ DATABASE_URL: 'postgres://x/y' })
    assert.throws(() => restore(with_postgres, backup, false), /pg_restore/)
    assert.throws(() => backUp(with_postgres, 'x', false), /pg_dump/)
  })

  it('refuses a backup that is not the file that was written, although its pages are right, and says where no checksum is', () => {
    const data_dir = tempFolder('changed')
    copyFileSync(join(server.data_dir, 'secret.key'), join(data_dir, 'secret.key'))
    const config = configOf({ WHERRY_DATA_DIR: data_dir })
    const changed = join(tempFolder('changed'), 'changed.sqlite')
    writeFileSync(changed, readFileSync(backup, 'latin1').replaceAll('ada@example', 'ade@example'), 'latin1')
    copyFileSync(`${backup}.sha256`, `${changed}.sha256`)
    assert.throws(() => restore(config, changed, false), /is not the file that was written: .* Nothing was changed\.$/)
    writeFileSync(`${changed}.sha256`, 'no checksum\n')
    assert.throws(() => restore(config, changed, false), /changed\.sqlite\.sha256 holds no SHA-256 checksum/)
    assert.ok(!existsSync(join(data_dir, 'wherry.sqlite')))
    rmSync(`${changed}.sha256`)
    assert.match(
      restore(config, changed, false),
      /\nThere is no .*changed\.sqlite\.sha256: every page was checked, but not/,
    )
  })

  it('refuses a folder, and deletes the copies that killed restores left', async () => {
    const data_dir = tempFolder('restored')
    const left = join(data_dir, 'wherry.sqlite.4711.new')
    writeFileSync(left, 'half of a backup')
    const config = readConfig({ WHERRY_DATA_DIR: data_dir })
    assert.throws(() => restore(config, data_dir, false), /The backup .* is no file/)
    copyFileSync(join(server.data_dir, 'secret.key'), join(data_dir, 'secret.key'))
    restore(config, backup, false)
    assert.equal(existsSync(left), false)
  })

  it('keeps the store that was there, with its write-ahead log', async () => {
    await server.createUser('users', { email: 'later@example.com', password })
    await server.stop()
    restore(configOf(), backup, false)
    server = await restartTestServer(server)
    assert.equal((await server.login(client, 'users', 'later@example.com', password)).status, 403)
    assert.equal((await server.login(client, 'users', 'ada@example.com', password)).status, 200)
    assert.ok(readdirSync(server.data_dir).some((name) => name.startsWith('wherry.sqlite.before-')))
  })
})

describe('move-store', () => {
  let postgres: DatabaseServer
  before(async () => {
    postgres = await startPostgres()
  })
  after(() => postgres?.stop())

  it('goes on after an interruption, compares every row, and the server goes on in PostgreSQL with the same tokens', async () => {
    const { url } = await postgres.createDatabase('moved')
    const env = { DATABASE_URL: url }
    await assert.rejects(moveStore(configOf(env), false), /in use by another Wherry process/)
    await server.stop()
    const source = await openStore({ engine: 'sqlite', folder: server.data_dir })
    const target = await openStore({ engine: 'postgres', url, connections: 2, onConnectionError: () => undefined })
    const stops = (_step: string, table: string): void => {
      if (table === 'log_events') throw new Error('killed')
    }
    await assert.rejects(copyStore(source, target, stops), /killed/)
    await target.destroy()
    await source.destroy()
    await assert.rejects(startTestServer({ env: { ...server.env, ...env } }), /move-store/)

    const { status, stdout, stderr } = await run(['move-store', '--json'], env)
    assert.equal(status, 0, stderr)
    const { tables } = JSON.parse(stdout) as { tables: Record<string, number> }
    assert.ok((tables['users'] ?? 0) > 0 && (tables['log_events'] ?? 0) > 0)
    assert.match(stderr, /compared users/)
    await assert.rejects(moveStore(configOf(env), false), /has a store of Wherry already/)

    server = await startTestServer({ env: { ...server.env, ...env } })
    assert.equal((await server.send('/userinfo', { headers: bearer(token) })).status, 200)
    assert.equal((await server.login(client, 'users', 'ada@example.com', password)).status, 200)
  })

  it('reports rows that differ', async () => {
    const { url } = await postgres.createDatabase('differs')
    const source = await openStore({ engine: 'sqlite', folder: ':memory:' })
    const target = await openStore({ engine: 'postgres', url, connections: 2, onConnectionError: () => undefined })
    await source.insertInto('log_positions').values({ tenant_id: 'ten_a', last_position: 7 }).execute()
    await target.insertInto('log_positions').values({ tenant_id: 'ten_a', last_position: 8 }).execute()
    await assert.rejects(
      copyStore(source, target, () => undefined),
      /log_positions differs: 1 of 1 rows/,
    )
    await target.destroy()
    await source.destroy()
  })
})
