import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type LegacyStore, startLegacyStore } from '../../demo/legacy-store.ts'
import { type ScriptCaller, type ScriptSandbox, startScriptSandbox } from './script-caller.ts'

let store: LegacyStore
let sandbox: ScriptSandbox
let scripts: ScriptCaller

before(async () => {
  store = await startLegacyStore()
  sandbox = startScriptSandbox()
  const source = (file: string) => readFileSync(new URL(`../../demo/scripts/${file}`, import.meta.url), 'utf8')
  const sources = { login: source('login.js'), get_user: source('get_user.js') }
  scripts = await sandbox.connect(sources, { DATABASE_URL: store.url })
})
after(async () => {
  await sandbox?.close()
  await store?.stop()
})

test('the legacy store of the demo has 1,000 distinct users in three hash formats', async () => {
  const users = store.users()
  assert.equal(users.length, 1000)
  assert.equal(new Set(users.map(({ email }) => email)).size, 1000)
  assert.equal(new Set(users.map(({ password }) => password)).size, 1000)
  const client = new pg.Client({ connectionString: store.url })
  await client.connect()
  const { rows } = await client.query<{ format: string; count: number; hashes: number }>(
    `select case when password_hash like '$2b$%' then 'bcrypt' else split_part(password_hash, '$', 1) end as format,
       count(*)::int as count, count(distinct password_hash)::int as hashes from users group by 1 order by 1`,
  )
  await client.end()
  assert.deepEqual(rows, [
    { format: 'bcrypt', count: 334, hashes: 334 },
    { format: 'pbkdf2_sha256', count: 333, hashes: 333 },
    { format: 'sha256', count: 333, hashes: 333 },
  ])
})

test('each format verifies only the right password, with one query, and both scripts return one profile', async () => {
  for (const user of store.users().slice(0, 6)) {
    const queries_before = store.queries()
    const login = await scripts.login(user.email.toUpperCase(), user.password)
    assert.equal(store.queriesSince(queries_before), 1)
    const { id, email, name, email_verified } = user
    assert.deepEqual(login, { profile: { user_id: String(id), email, name, email_verified } })
    assert.deepEqual(await scripts.getUser(email), login)
    assert.equal((await scripts.login(email, `${user.password} `)).error?.subject, String(id))
  }
  assert.equal((await scripts.login(`' or 1=1 --`, 'x')).error?.subject, null)
  assert.deepEqual(await scripts.getUser('nobody@legacy.example'), { profile: null })
})

test('a disabled user is denied after the right password and cannot be looked up', async () => {
  const user = store.users().find(({ disabled }) => disabled)
  assert.ok(user)
  assert.equal((await scripts.login(user.email, user.password)).error?.name, 'UnauthorizedError')
  assert.equal((await scripts.login(user.email, 'x')).error?.name, 'WrongUsernameOrPasswordError')
  assert.equal((await scripts.getUser(user.email)).error?.name, 'UnauthorizedError')
})

test('60 users, ten at a time, each get their own answer through at most four connections', async () => {
  const users = store.users().filter(({ id, disabled }) => id > 12 && !disabled)
  const queries_before = store.queries()
  for (let round = 0; round < 6; round += 1) {
    const ten = users.slice(round * 10, round * 10 + 10)
    const answers = await Promise.all(ten.map(({ email, password }) => scripts.login(email, password)))
    assert.deepEqual(
      answers.map(({ profile }) => profile?.['email']),
      ten.map(({ email }) => email),
    )
    assert.ok(store.connections() <= 4, `${store.connections()} connections`)
  }
  assert.equal(store.queriesSince(queries_before), 60)
})

test('ten clients each see their own answers, errors and transactions', async () => {
  const clients = Array.from({ length: 10 }, () => new pg.Client({ connectionString: store.url }))
  await Promise.all(clients.map((client) => client.connect()))
  await clients[0]?.query('begin')
  await clients[0]?.query(`update users set name = 'changed' where id = 20`)
  const others = clients.slice(1).map(async (client, index) => {
    await assert.rejects(client.query('select $1::int as number', ['no number']), { code: '22P02' })
    const { rows } = await client.query<{ name: string; own: number }>(
      'select name, $1::int as own from users where id = 20',
      [index],
    )
    return rows[0]
  })
  await clients[0]?.query('rollback')
  const name = store.users()[19]?.name
  assert.deepEqual(
    await Promise.all(others),
    clients.slice(1).map((_, own) => ({ name, own })),
  )
  await clients[0]?.query('begin')
  await clients[0]?.query(`update users set name = 'left half-way' where id = 20`)
  const next = clients[1]?.query<{ name: string }>('select name from users where id = 20')
  // A client that disconnects during a transaction loses it, and the session goes to the next client.
  const { connection } = clients[0] as unknown as { connection: { stream: { destroy(): void } } }
  clients[0]?.on('error', () => {})
  connection.stream.destroy()
  assert.equal((await next)?.rows[0]?.name, name)
  await Promise.all(clients.slice(1).map((client) => client.end()))
})

test('a client of another protocol is refused and the store continues', async () => {
  const openings = [
    'GET / HTTP/1.1\r\n\r\n',
    '\0\0\0\x01',
    '\xff\xff\xff\xff\xff\xff\xff\xff',
    '\0\0\0\x09\0\x07\0\0\0',
    '\0\0\0\x08\0\0\0\0',
    '\0\0\0\x08\0\x03\0\0',
  ]
  for (const bytes of openings) {
    const socket = connect(store.port, store.host)
    socket.resume()
    socket.end(Buffer.from(bytes, 'latin1'))
    await once(socket, 'close')
  }
  const [user] = store.users()
  assert.ok(user)
  assert.equal((await scripts.login(user.email, user.password)).profile?.['email'], user.email)
})

test('a store that is off refuses at once, and both scripts report it as unreachable', async () => {
  const [user] = store.users()
  assert.ok(user)
  await store.stop()
  await store.stop()
  for (const answer of [await scripts.login(user.email, user.password), await scripts.getUser(user.email)]) {
    assert.equal(answer.error?.outcome, 'legacy_unreachable')
  }
})
