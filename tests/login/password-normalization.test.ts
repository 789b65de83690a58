import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hash } from '@node-rs/argon2'
import { password_charsets } from '../../src/contract/connection-options.ts'
import { argon2_options } from '../../src/passwords/argon2-options.ts'
import { charsets } from '../../src/passwords/formats/types.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient

const login = `(email, password, callback) => {
  const seen = password.trim().toLowerCase().slice(0, 8)
  if (seen !== 'secret-p') return callback(new WrongUsernameOrPasswordError(email))
  callback(null, { user_id: email.split('@')[0], email })
}`
const options = {
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: { login, get_user: '(name, callback) => callback(null)' },
}

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  const password_normalization = { trim: true, lower_case: true, max_bytes: 8 }
  await server.createConnection('forgiving', { ...options, password_normalization }, [client])
  await server.createConnection('exact', options, [client])
})
after(async () => await server.close())

const statusOf = async (connection: string, name: string, password: string): Promise<number> =>
  (await server.login(client, connection, `${name}@habits.example`, password)).status

test('each spelling that the legacy store accepted goes on working after the move', async () => {
  assert.equal(await statusOf('forgiving', 'ada', ' Secret-Password'), 200)
  for (const accepted of ['secret-password', 'SECRET-PASSWORD  ', 'secret-p', 'secret-paper', ' Secret-Password']) {
    assert.equal(await statusOf('forgiving', 'ada', accepted), 200, accepted)
  }
  for (const wrong of ['secret-', 'secret-q', 'secretp-', '', ' ']) {
    assert.notEqual(await statusOf('forgiving', 'ada', wrong), 200, wrong)
  }
})

test('without the option a moved user types the password as at the move', async () => {
  assert.equal(await statusOf('exact', 'bob', ' Secret-Password'), 200)
  assert.equal(await statusOf('exact', 'bob', 'secret-password'), 403)
})

test('a hash of an older format keeps the normalization when it is hashed again', async () => {
  assert.equal(await statusOf('forgiving', 'cy', 'secret-password'), 200)
  const { db } = server.internals
  const old = { format: 'argon2id', hash: await hash('secret-p', argon2_options) } as const
  await db.updateTable('credentials').set(old).where('user_id', '=', 'auth0|cy').execute()
  for (const password of ['SECRET-PASSWORD', 'Secret-P']) assert.equal(await statusOf('forgiving', 'cy', password), 200)
  const { format } = await db
    .selectFrom('credentials')
    .selectAll()
    .where('user_id', '=', 'auth0|cy')
    .executeTakeFirstOrThrow()
  assert.equal(format, 'argon2id-nfc')
})

test('a password that is set here counts as it is typed', async () => {
  assert.equal(await statusOf('forgiving', 'dee', 'secret-password'), 200)
  const changed = await server.api('PATCH', 'users/auth0%7Cdee', { password: 'Chosen-Here-1', connection: 'forgiving' })
  assert.equal(changed.status, 200, changed.text)
  assert.equal(await statusOf('forgiving', 'dee', 'Chosen-Here-1'), 200)
  for (const wrong of ['chosen-here-1', ' Chosen-Here-1', 'Chosen-H', 'secret-password']) {
    assert.equal(await statusOf('forgiving', 'dee', wrong), 403, wrong)
  }
})

test('with a charset, spellings with the same bytes are one password after the move', async () => {
  const of = async (connection: string, charset: string) => {
    const any_password = `(name, password, callback) => callback(null, { user_id: name, email: name })`
    const customScripts = { ...options.customScripts, login: any_password }
    const more = { customScripts, id_namespace: connection, password_normalization: { charset } }
    await server.createConnection(connection, { ...options, ...more }, [client])
  }
  await of('low-bytes', 'low-byte')
  assert.equal(await statusOf('low-bytes', 'eve', 'p\u0141sswort'), 200)
  // The lowest byte of U+0141 is that of A.
  for (const [same, status] of [
    ['pAsswort', 200],
    ['p\u0141sswort', 200],
    ['passwort', 403],
  ] as const) {
    assert.equal(await statusOf('low-bytes', 'eve', same), status, same)
  }
  await of('cyrillic', 'windows-1251')
  assert.equal(await statusOf('cyrillic', 'fay', '\u043f\u0430\u0440\u043e\u043b\u044c'), 200)
  assert.equal(await statusOf('cyrillic', 'fay', '\u043f\u0430\u0440\u043e\u043b\u044c'), 200)
  assert.equal(await statusOf('cyrillic', 'fay', '\u043f\u0430\u0440\u043e\u043b\u044e'), 403)
  // The charset has no such character: then the bytes are those of UTF-8.
  assert.equal(await statusOf('cyrillic', 'gus', 'p\u00e4sswort'), 200)
  assert.equal(await statusOf('cyrillic', 'gus', 'p\u00e4sswort'), 200)
  assert.equal(await statusOf('cyrillic', 'gus', 'passwort'), 403)
})

test('an unknown charset is refused with those that there are', async () => {
  const password_normalization = { charset: 'ebcdic' }
  const body = { name: 'unknown-charset', strategy: 'auth0', options: { ...options, password_normalization } }
  const refused = await server.api('POST', 'connections', body)
  assert.equal(refused.status, 400)
  assert.match(refused.text, /charset/)
})

test('the options of a connection have the charsets of the library', () => {
  assert.deepEqual([...password_charsets].toSorted(), [...charsets].toSorted())
})
