// Users, imports, exports and jobs by commands, in a running server and on the store itself.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { isJsonObject } from '../../src/base/json.ts'
import { openInput } from '../../src/server/transfer-files.ts'
import type { Db } from '../../src/store/tables.ts'
import { runCommandHere } from '../support/command-here.ts'
import { followCommand } from '../support/server-process.ts'
import type { TestClient } from '../support/requests.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { restartTestServer, startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withStore } from './stopped-store.ts'

const password = 'Compiler no. 1'
// The password of the phpass hash.
const old_password = 'test12345'
const old_hash = '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'
const folder = tempFolder('transfers')
let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('shop', {}, [client])
  await server.createConnection('other', {}, [client])
  await server.createConnection('unused', {})
  await server.createUser('shop', { email: 'ada@example.com', password, user_metadata: { plan: 'gold' } })
})
after(() => server?.close())

const run = (...args: string[]) => runCommandHere(args, { env: server.env })
const login = async (email: string, typed: string, connection = 'shop'): Promise<number> =>
  (await server.login(client, connection, email, typed)).status

function inFolder(name: string, content?: string): string {
  const file = join(folder, name)
  if (content !== undefined) writeFileSync(file, content)
  return file
}

/** A lease of a job of the same kind, while which no other one runs. */
async function holdJobs(db: Db, kind: string): Promise<() => Promise<void>> {
  const { tenant_id } = await db
    .selectFrom('tenants')
    .select('tenant_id')
    .where('is_default', '=', 1)
    .executeTakeFirstOrThrow()
  const lease = {
    lease_token: 'held',
    lease_expires_at: Date.now() + 600_000,
    running_kind: kind,
    state: 'running',
  } as const
  const times = { run_at: 1, created_at: 1, started_at: 1, updated_at: 1, finished_at: null, cancel_requested_at: null }
  const work = { input: '{}', cursor: null, progress_done: 0, progress_total: null, error: null, attempts: 1 }
  await db
    .insertInto('jobs')
    .values({ tenant_id, job_id: 'job_held', kind, ...lease, ...times, ...work })
    .execute()
  return async () => {
    await db.deleteFrom('jobs').where('job_id', '=', 'job_held').execute()
  }
}

it('a file that is sent can be closed also where what receives it fails', async () => {
  const file = openInput(inFolder('large.csv', 'x'.repeat(2_000_000)))
  const full = new Writable({ write: (_piece, _encoding, done) => done(new Error('the disk is full')) })
  await assert.rejects(pipeline(file.read(), full), /the disk is full/)
  await sleep(50)
  file.close()
})

describe('commands on users', () => {
  it('find and show users, by id, address and query', async () => {
    const user_id = await server.createUser('shop', { email: 'grace@example.com', password })
    const found = await run('users', 'find', '--query', 'email:"grace@example.com"')
    assert.deepEqual([found.status, found.stderr], [0, ''])
    assert.match(
      found.stdout,
      new RegExp(`^ID +NAME .*\n${user_id.replace('|', '\\|')} +grace@example\\.com +shop +never\n1 of 1 users\n$`),
    )
    const never = JSON.parse(
      (await run('users', 'find', '--query', 'NOT _exists_:last_login', '--limit', '1', '--json')).stdout,
    )
    assert.deepEqual([never.total, never.users.length], [2, 1])
    const shown = await run('users', 'show', '--user', 'Grace@example.com')
    assert.match(shown.stdout, new RegExp(`user_id +${user_id.replace('|', '\\|')}\n`))
    assert.match(shown.stdout, /\nmigration +no record\nlocked +no\n/)
    const as_json = JSON.parse((await run('users', 'show', '--user', user_id, '--json')).stdout)
    assert.equal(as_json.user.email, 'grace@example.com')
  })

  it('name what is wrong: an unknown user, several users of one address, a query', async () => {
    await server.createUser('other', { email: 'ada@example.com', password })
    const refused: [string[], RegExp][] = [
      [
        ['users', 'show', '--user', 'nobody@example.com'],
        /has no user "nobody@example\.com"\. .* are found by people find\./,
      ],
      [['users', 'block', '--user', 'ada@example.com'], /Several users are called .* auth0\|\w+, auth0\|\w+\./],
      [['users', 'show'], /Please give --user/],
      [['users', 'find', '--limit', '0'], /--limit must be a number from 1 to 1000; it is "0"/],
      [['users', 'find', '--connection', 'x'], /There is no connection "x"/],
      [['users', 'find', '--query', '(('], /./],
    ]
    for (const [args, reason] of refused) {
      const { status, stdout, stderr } = await run(...args)
      assert.deepEqual([status, stdout], [1, ''], args.join(' '))
      assert.match(stderr, reason)
    }
  })

  it('block, unblock and delete a user, and send a link for a new password', async () => {
    assert.equal(await login('grace@example.com', password), 200)
    assert.match((await run('users', 'block', '--user', 'grace@example.com')).stdout, /is blocked now/)
    assert.equal(await login('grace@example.com', password), 403)
    for (let wrong = 0; wrong < 10; wrong += 1) await login('grace@example.com', 'Wrong password 1')
    assert.match((await run('users', 'unblock', '--user', 'grace@example.com')).stdout, /is not blocked here/)
    assert.equal(await login('grace@example.com', password), 200)

    const sent = await run('users', 'send-reset', '--user', 'grace@example.com')
    assert.deepEqual([sent.status, sent.stdout], [0, 'A link to choose a new password was mailed.\n'])
    const mails = await server.outbox('grace@example.com')
    assert.ok(mails.some(({ text }) => String(text).includes('/u/reset-verify?ticket=')))
    const unknown = await run('users', 'send-reset', '--user', 'nobody@example.com', '--connection', 'shop')
    assert.equal(unknown.status, 1)

    const asked = await run('users', 'delete', '--user', 'grace@example.com')
    assert.deepEqual([asked.status, asked.stdout], [1, ''])
    assert.match(asked.stderr, /This deletes grace@example\.com .* Repeat it with --yes/)
    assert.equal(await login('grace@example.com', password), 200)
    assert.equal((await run('users', 'delete', '--user', 'grace@example.com', '--yes')).status, 0)
    assert.equal(await login('grace@example.com', password), 403)
    const texts = (await server.logs()).map(({ description }) => String(description))
    assert.deepEqual(texts.filter((text) => text.startsWith('Command: ')).toSorted(), [
      'Command: users block',
      'Command: users unblock',
    ])
  })
})

describe('import and export in a running server', () => {
  it('imports a file, and prints the refused rows and writes them to a file', async () => {
    const rows = [
      { email: 'one@example.com', password_hash: old_hash },
      { email: 'two@example.com' },
      { email: 'no address' },
      { email: 'ada@example.com' },
    ]
    const file = inFolder('users.ndjson', rows.map((row) => JSON.stringify(row)).join('\n'))
    const error_file = inFolder('refused.ndjson')
    const { status, stdout } = await run('import', '--file', file, '--connection', 'shop', '--error-file', error_file)
    assert.equal(status, 1, 'rows were refused')
    const lines = stdout.trimEnd().split('\n')
    assert.match(
      lines[0] ?? '',
      /^users_import job_\w+: completed in 0:0\d: 2 created, 0 changed, 0 skipped, 2 refused$/,
    )
    assert.match(lines[1] ?? '', /^ {2}line 3 {2}no address {2}\w+ at email: /)
    assert.match(lines[2] ?? '', /^ {2}line 4 {2}ada@example\.com {2}DUPLICATED_USER/)
    const written = readFileSync(error_file, 'utf8').trimEnd().split('\n')
    assert.deepEqual(
      written.map((line) => JSON.parse(line).line),
      [3, 4],
    )
    assert.equal(statSync(error_file).mode & 0o777, 0o600)
    assert.equal(await login('one@example.com', old_password), 200, 'with the old hash')
    const again = await run('import', '--file', file, '--connection', 'shop', '--error-file', error_file)
    assert.match(again.stderr, /exists: the command does not replace a file/)
  })

  it('writes the refused rows as they were sent, to correct and import them', async () => {
    const [{ id }] = JSON.parse((await run('jobs', 'list', '--json')).stdout)
    const file = join(folder, 'corrected.ndjson')
    const download = ['jobs', 'download', '--job', id, '--file', file]
    assert.match((await run(...download)).stderr, /repeat the command with --include-password-hashes/)
    const written = await run(...download, '--include-password-hashes')
    assert.deepEqual(
      [written.status, written.stdout.startsWith(`${file}: 2 refused rows, `)],
      [0, true],
      written.stderr,
    )
    const rows = readFileSync(file, 'utf8')
    assert.equal(rows, '{"email":"no address"}\n{"email":"ada@example.com"}\n')
    const corrected = inFolder('corrected-too.ndjson', rows.replace('no address', 'corrected@example.com'))
    const imported = await run('import', '--file', corrected, '--connection', 'shop', '--upsert')
    assert.deepEqual([imported.status, imported.stdout.includes('1 created, 1 changed')], [0, true], imported.stdout)
  })

  it('refuses what cannot be imported, before a job is made', async () => {
    const file = inFolder('one.ndjson', '{"email":"three@example.com"}')
    const refused: [string[], RegExp][] = [
      [['--file', inFolder('missing'), '--connection', 'shop'], /missing cannot be read \(ENOENT\)/],
      [['--file', folder, '--connection', 'shop'], /is a folder/],
      [['--file', inFolder('empty', ''), '--connection', 'shop'], /is empty/],
      [['--file', file, '--connection', 'nothing'], /There is no connection "nothing"/],
      [['--file', file], /Please give --connection/],
      [['--file', file, '--connection', 'unused'], /No client may use the connection "unused": enable it/],
    ]
    for (const [args, reason] of refused) {
      const { status, stdout, stderr } = await run('import', ...args)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, reason)
    }
  })

  it('goes on in the server after an interrupt, and says how to see and to end it', async () => {
    const release = await holdJobs(server.internals.db, 'users_import')
    const file = inFolder('later.ndjson', '{"email":"later@example.com"}')
    const following = followCommand(['import', '--file', file, '--connection', 'shop'], server.env)
    await waitUntil(() => following.stderr().includes('has begun'))
    assert.match((await run('jobs', 'list')).stdout, /users_import +pending/)
    await following.stop()
    assert.equal(await following.ended, 130)
    assert.match(
      following.stdout(),
      /The job job_\w+ goes on in the running server\.\n.* jobs show --job job_\w+ --follow\n.* jobs cancel --job/,
    )
    await release()
    const [job_id = ''] = /job_\w+/.exec(following.stdout()) ?? []
    const shown = await run('jobs', 'show', '--job', job_id, '--follow')
    assert.deepEqual([shown.status, shown.stdout.includes('1 created')], [0, true], shown.stderr)
  })

  it('exports users to a file of JSON or CSV, compressed where its name says so', async () => {
    const file = join(folder, 'users.json')
    const { status, stdout } = await run('export', '--file', file, '--connection', 'shop')
    assert.deepEqual([status, stdout.startsWith(`${file}: 5 users, `)], [0, true], stdout)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const users = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(users[0].email, 'ada@example.com')
    assert.ok(users.every((user) => user.password_hash === undefined))

    const csv = join(folder, 'users.csv.gz')
    const fields = ['--format', 'csv', '--fields', 'email,user_metadata.plan=plan', '--limit', '1']
    const of_csv = await run('export', '--file', csv, '--connection', 'shop', ...fields, '--json')
    assert.equal(JSON.parse(of_csv.stdout).file, csv)
    assert.equal(gunzipSync(readFileSync(csv)).toString(), 'email,plan\r\nada@example.com,gold\r\n')
    assert.match((await run('export', '--file', csv)).stderr, /exists: the command does not replace a file/)
    assert.match((await run('export', '--file', join(folder, 'x'), '--fields', 'email,=x')).stderr, /"=x" is none/)
    assert.ok(!existsSync(join(folder, 'x')))
  })

  it('exports password hashes with a flag, a warning, and an entry in the log [guard: exports-hashes-by-name]', async () => {
    const file = join(folder, 'hashes.json')
    const { status, stderr } = await run('export', '--file', file, '--include-password-hashes')
    assert.equal(status, 0)
    assert.match(stderr, /The file will have password hashes/)
    assert.match(readFileSync(file, 'utf8'), /"password_hash":"\$argon2id\$/)
    const { id } = JSON.parse((await run('jobs', 'list', '--json')).stdout).find(
      (job: { type: string }) => job.type === 'users_export',
    )
    const again = await run('jobs', 'download', '--job', id, '--file', join(folder, 'again.json'))
    assert.match(again.stderr, /may have password hashes: repeat the command with --include-password-hashes/)
    assert.ok(!existsSync(join(folder, 'again.json')))
    const logged = (await server.logs()).filter(
      ({ details }) => isJsonObject(details) && details['include_password_hashes'] === true,
    )
    assert.equal(logged.length, 1)
  })
})

describe('import and export on the store itself', () => {
  it('work as in a server, and a job that was interrupted is continued by the next server', async () => {
    await server.stop()
    const file = inFolder('more.ndjson', '{"email":"ada@example.com","name":"Ada"}\n{"email":"more@example.com"}')
    const imported = await run('import', '--file', file, '--connection', 'shop', '--upsert', '--json')
    assert.deepEqual([imported.status, JSON.parse(imported.stdout).job.summary.updated], [0, 1], imported.stderr)
    assert.match((await run('users', 'show', '--user', 'more@example.com')).stdout, /arrived_through +import/)
    const exported = join(folder, 'stopped.json')
    assert.equal((await run('export', '--file', exported, '--connection', 'shop')).status, 0)
    assert.match(readFileSync(exported, 'utf8'), /"name":"Ada"/)

    await withStore(server.data_dir, (db) => holdJobs(db, 'users_import'))
    const last = inFolder('last.ndjson', '{"email":"last@example.com"}')
    const following = followCommand(['import', '--file', last, '--connection', 'shop'], server.env)
    await waitUntil(() => following.stderr().includes('has begun'))
    await following.stop()
    assert.equal(await following.ended, 130, following.stderr())
    assert.match(following.stdout(), /has stopped after its last step, and goes on when a server starts on this store/)
    await withStore(server.data_dir, (db) => db.deleteFrom('jobs').where('job_id', '=', 'job_held').execute())
    server = await restartTestServer(server)
    await waitUntil(async () =>
      (await run('users', 'find', '--query', 'email:"last@example.com"')).stdout.includes('1 of 1'),
    )
  })
})
