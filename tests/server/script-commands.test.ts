// The commands that try scripts, list their versions and restore one.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generateFromTemplate } from '../../src/connections/generate-scripts.ts'
import { indexHint } from '../../src/server/index-hint.ts'
import { waitUntil } from '../support/wait-until.ts'
import { runCommandHere } from '../support/command-here.ts'
import { followCommand } from '../support/server-process.ts'
import type { TestClient } from '../support/requests.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const login = `function login(email, password, callback) {
  console.log('asked for', email, password)
  if (password !== 'Secret-4711') return callback(new WrongUsernameOrPasswordError('7', 'wrong'))
  callback(null, { user_id: '7', email, password_hash: 'x' })
}`
const get_user = 'function getUser(email, callback) { callback(null) }'
const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }
const of_login = ['--connection', 'shop', '--script', 'login']

function loginFile(): string {
  const file = join(tempFolder('draft'), 'login.js')
  writeFileSync(file, login)
  return file
}

describe('the commands for scripts', () => {
  let server: TestServer
  let client: TestClient
  let id: string
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    id = await server.createConnection('shop', options, [client])
  })
  after(async () => await server.stop())

  const command = (args: string[], input?: string) =>
    runCommandHere(['scripts', ...args], { env: server.env, ...(input === undefined ? {} : { input }) })

  test('try a saved script with the password of the standard input, in words and as JSON', async () => {
    const tried = await command(['try', ...of_login, '--argument', 'ada@shop.example'], 'Secret-4711\n')
    assert.deepEqual([tried.status, tried.stderr], [0, ''])
    assert.match(tried.stdout, /^moved, in \d+ ms\nResult: \{\n/)
    assert.match(tried.stdout, /\n {2}stored {2}email = "ada@shop\.example"\n/)
    assert.match(tried.stdout, /\n {2}dropped {2}password_hash {2}It has the name of a secret\.\n/)
    assert.match(tried.stdout, /\n {2}log {2}asked for ada@shop\.example \[password\]\n$/)
    assert.ok(!tried.stdout.includes('Secret-4711'))
    const wrong = await command(['try', ...of_login, '--argument', 'ada@shop.example', '--json'], 'wrong-password')
    const { outcome, error } = JSON.parse(wrong.stdout) as { outcome: string; error: { line: number } }
    assert.deepEqual([outcome, error.line], ['wrong_password', 3])
  })

  test('take no password from the command line [guard: try-password-not-in-arguments]', async () => {
    const tried = await command(['try', ...of_login, '--argument', 'ada@shop.example', '--argument', 'Secret-4711'], '')
    assert.deepEqual([tried.status, tried.stdout], [1, ''])
    assert.match(tried.stderr, /login takes --argument for: identifier\. Passwords and users are read from/)
  })

  test('name the index that a slow look-up needs', async () => {
    const settings = { DATABASE_URL: 'postgres://shop@db.example/shop', TABLE: 'customers', ID_COLUMN: 'id' }
    const columns = { EMAIL_COLUMN: 'email', USERNAME_COLUMN: 'nick', PASSWORD_COLUMN: 'hash' }
    const { generated } = await generateFromTemplate({
      template: 'postgresql',
      name: 'shop',
      mode: 'import',
      settings: { ...settings, ...columns },
    })
    const source = generated.scripts.get_user ?? ''
    const slow = { took_ms: 1272, slow_from_ms: 300, took: 'Half of the calls' }
    assert.deepEqual(indexHint(source, slow), [
      'Half of the calls took 1,272 ms, which is slow. Where the script looks users up in a database, it needs indexes on lower("email") and lower("nick") of the table "customers"; without, each call reads the whole table.',
    ])
    assert.match(indexHint('return 1', slow).join(), /it needs an index on what it compares with the identifier; /)
    assert.deepEqual(indexHint(source, { ...slow, took_ms: 299 }), [])
    const file = join(tempFolder('draft'), 'get_user.js')
    writeFileSync(file, 'function getUser(email, callback) { setTimeout(() => callback(null, null), 600) }')
    const get_user = ['--connection', 'shop', '--script', 'get_user', '--source', file, '--argument', 'a@b.example']
    const tried = await command(['try', ...get_user], '')
    assert.match(tried.stdout, /\nThe call took [\d,]+ ms, which is slow\./)
  })

  test('try a draft, and a script that writes only where that is allowed', async () => {
    const file = join(tempFolder('draft'), 'create.js')
    writeFileSync(file, 'function create(user, callback) { callback(null, { made: user.email }) }')
    const create = ['try', '--connection', 'shop', '--script', 'create', '--source', file]
    const refused = await command(create, '{"email":"a@b.example","password":"x"}')
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /can change the legacy store: .*--allow-writes/)
    const tried = await command([...create, '--allow-writes'], '{"email":"a@b.example","password":"x"}')
    assert.match(tried.stdout, /^returned, in \d+ ms\nResult: \{\n {2}"made": "a@b\.example"\n\}\n$/)
    assert.match((await command(create, 'no json')).stderr, /must be the user as a JSON object/)
    writeFileSync(file, 'function list(cursor, callback) { callback(null, { users: [], next: null }) }')
    const listed = await command(['try', '--connection', 'shop', '--script', 'list_users', '--source', file], '')
    assert.match(listed.stdout, /^listed, in \d+ ms\n/)
    assert.equal(listed.status, 0)
    const throwing =
      'function list(cursor, callback) {\n  console.log(new Error("here").stack)\n  throw new Error("no")\n}'
    writeFileSync(file, throwing)
    const failed = await command(['try', '--connection', 'shop', '--script', 'list_users', '--source', file], '')
    assert.equal(failed.status, 1)
    assert.match(failed.stdout, /^script_error, [^]*\(line 3, column \d+\)[^]*list_users\.js[^\n]*:2:\d+/)
  })

  test('list the versions of a script with their calls, and restore one', async () => {
    await server.login(client, 'shop', 'ada@shop.example', 'Wrong-4711')
    await server.must('PATCH', `connections/${id}`, {
      options: { ...options, customScripts: { login: get_user, get_user } },
    })
    const restored = await command(['restore', ...of_login, '--to', '1'])
    assert.equal(restored.stdout, 'The script login of "shop" has the source of version 1 again.\n')
    const { client_id } = server.credentials
    const no_calls = ['\tall: 0 calls', '\tlast 24 hours: 0 calls']
    const listed = (await command(['versions', ...of_login])).stdout
      .replaceAll(/\d{4}-\S+Z/g, 'TIME')
      .replaceAll(/\d+ ms/g, 'N ms')
    assert.deepEqual(listed.split('\n'), [
      '3\tTIME\tcommand\trestored from 1\tcurrent',
      ...no_calls,
      `2\tTIME\tapi ${client_id}`,
      ...no_calls,
      `1\tTIME\tapi ${client_id}`,
      '\tall: 1 calls, 0 errors (0 %), p50 N ms, p95 N ms: wrong_password 1',
      '\tlast 24 hours: 1 calls, 0 errors (0 %), p50 N ms, p95 N ms: wrong_password 1',
      '',
    ])
    assert.match((await command(['restore', ...of_login, '--to', '9'])).stderr, /The script has no such version/)
    assert.match(
      (await command(['versions', '--connection', 'none', '--script', 'login'])).stderr,
      /no connection "none"/,
    )
    assert.match(
      (await command(['versions', '--connection', 'shop', '--script', 'logn'])).stderr,
      /must be one of login/,
    )
  })

  test('show what scripts used, by tenant and connection', async () => {
    await server.login(client, 'shop', 'ada@shop.example', 'Wrong-4711')
    const settings = join(tempFolder('settings'), 'settings.json')
    const columns = { TABLE: 'users', ID_COLUMN: 'id', EMAIL_COLUMN: 'email', PASSWORD_COLUMN: 'password' }
    writeFileSync(settings, JSON.stringify({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c', ...columns }))
    const apply = ['templates', 'apply', '--template', 'postgresql', '--name', 'new', '--settings', settings]
    assert.equal((await runCommandHere(apply, { env: server.env })).status, 1)
    const shown = await runCommandHere(['sandboxes'], { env: server.env })
    const lines = shown.stdout.split('\n')
    assert.match(String(lines[0]), /^tenant default: \d processes now$/, shown.stdout)
    assert.ok(
      lines.some((line) => line.startsWith('  checks of the template postgresql: ')),
      shown.stdout,
    )
    assert.equal(lines[3], '  connection shop: 1 processes now')
    assert.match(
      String(lines[4]),
      /^ {4}last hour: \d+\.\d s CPU; peak \d+ MiB; \d+ calls, \d+ waited; \d+ processes started, 0 after scripts had ended one; ended: (?=.*stopped: it was replaced \d)(?=.*stopped: its work was done \d)/,
    )
    const json = await runCommandHere(['sandboxes', '--tenant', 'default', '--json'], { env: server.env })
    const [tenant] = JSON.parse(json.stdout) as {
      connections: { connection: string; last_hour: { calls: number } }[]
    }[]
    assert.equal(tenant?.connections[0]?.connection, 'shop')
    assert.ok((tenant?.connections[0]?.last_hour.calls ?? 0) >= 4)
  })

  test('print the newest lines of the script log, of one script and of errors, in words and as JSON', async () => {
    await server.login(client, 'shop', 'bob@shop.example', 'Wrong-4711')
    const log = async (...args: string[]) => (await command(['log', '--connection', 'shop', ...args])).stdout
    const lines = (await log('--lines', '2')).replaceAll(/\d+ ms/g, 'N ms').split('\n')
    assert.match(
      String(lines[0]),
      /^\d{4}-\S+Z {2}log {4}login {2}asked for bob@shop\.example \[password\] {2}[\w-]{16}$/,
    )
    assert.match(String(lines[1]), /^\d{4}-\S+Z {2}info {3}login v3 {2}wrong_password in N ms {2}[\w-]{16}$/)
    assert.equal(await log('--script', 'create'), '')
    assert.equal(await log('--errors'), '')
    const [, last] = (await log('--lines', '2', '--json')).trim().split('\n')
    const { outcome, version } = JSON.parse(String(last)) as { outcome: string; version: number }
    assert.deepEqual([outcome, version], ['wrong_password', 3])
    const refused = await command(['log', '--connection', 'shop', '--lines', '2000'])
    assert.match(refused.stderr, /--lines must be a number from 1 to 1000; it is "2000"/)
  })

  test('follow the script log, without the control characters of a script [guard: printed-lines-inert]', async () => {
    const forged = `function login(email, password, callback) {
      console.error('\\u001b[2Jfirst\\n2026-01-01T00:00:00.000Z  info   forged')
      callback(new WrongUsernameOrPasswordError('7', 'wrong'))
    }`
    await server.must('PATCH', `connections/${id}`, {
      options: { ...options, customScripts: { login: forged, get_user } },
    })
    await server.login(client, 'shop', 'cleo@shop.example', 'Wrong-4711')
    const following = followCommand(['scripts', 'log', '--connection', 'shop', '--errors', '--follow'], server.env)
    try {
      await waitUntil(() => following.stdout().includes('forged'))
      // The command follows after it has printed this line.
      await server.login(client, 'shop', 'cleo@shop.example', 'Wrong-4711')
      await waitUntil(() => following.stdout().split('forged').length === 3)
      assert.match(
        following.stdout(),
        /^\d{4}-\S+Z {2}error {2}login {2}\\u\{1b\}\[2Jfirst\n {4}2026-01-01T00:00:00\.000Z {2}info/,
      )
      await server.stop()
      assert.equal(await following.ended, 1)
      assert.match(
        following.stderr(),
        /^The running server ended the command: it stopped, or its log has the reason\.\s*$/,
      )
    } finally {
      await following.stop()
    }
  })

  test('follow nothing where no server runs, and try a script on the store', async () => {
    const following = await command(['log', '--connection', 'shop', '--follow'])
    assert.equal(following.status, 1)
    assert.match(following.stderr, /No server uses .*: leave out --follow/)
    assert.match((await runCommandHere(['sandboxes'], { env: server.env })).stderr, /No server uses .*no script runs/)
    assert.match((await command(['log', '--connection', 'shop', '--errors'])).stdout, /forged/)
    const draft = ['--argument', 'ada@shop.example', '--source', loginFile()]
    const tried = await command(['try', ...of_login, ...draft], 'Secret-4711')
    assert.match(tried.stdout, /^moved, /)
  })
})
