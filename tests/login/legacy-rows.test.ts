// Users of a MariaDB whose script returns the rows as the driver gives them, as many first scripts do.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { startMariadb, type DatabaseServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const script = (name: string, parameters: string, onRow: string): string => `function ${name}(${parameters}) {
  const { createPool } = require('mysql2')
  global.pool ??= createPool({ uri: configuration.DATABASE_URL, connectionLimit: 2, timezone: 'Z' }).promise()
  async function find() {
    const connection = await global.pool.getConnection()
    try {
      // As a database with this mode returns CHAR(n).
      await connection.query("set sql_mode = 'PAD_CHAR_TO_FULL_LENGTH'")
      const [rows] = await connection.execute('select * from people where email = ? or login = ? or customer = ?', [email, email, email])
      return rows[0]
    } finally {
      connection.release()
    }
  }
  find().then((row) => {
    const { login, ...rest } = row ?? {}
    const profile = row && { ...rest, user_id: BigInt(row.id), username: login }
    ${onRow}
  }).catch(callback)
}`

const login = script(
  'login',
  'email, password, callback',
  `if (!row || row.pwd.trim() !== password) return callback(new WrongUsernameOrPasswordError(row ? row.id : null, 'wrong'))
    callback(null, profile)`,
)
const get_user = script('getUser', 'email, callback', 'callback(null, profile ?? null)')

const columns = `id bigint unsigned primary key, email varchar(200) collate utf8mb4_bin, login char(20), customer char(12), pwd char(30),
  blocked bit(1) not null default 0, email_verified char(1), name char(40), picture mediumtext, avatar mediumblob,
  user_metadata longtext, app_metadata longtext, plan varchar(20), hashtag varchar(20), legacy json, last_seen datetime`

type Row = Record<string, string | number | Buffer | null>

const people: Row[] = [
  {
    id: 1,
    email: 'Ada@Rows.example',
    login: 'ada',
    customer: 'C-1',
    pwd: 'ada secret',
    email_verified: 'Y',
    name: 'Ada Lovelace',
    picture: `data:image/png;base64,${'A'.repeat(5000)}`,
    avatar: Buffer.alloc(40 * 1024, 200),
    user_metadata: '{"theme": "dark"}',
    app_metadata: '{"old": {"password": "ada secret"}, "plan": "gold"}',
    plan: 'gold',
    hashtag: '#boats',
    legacy: '{"password_hash": "x", "pwd": "ada secret", "city": "London"}',
    last_seen: '2021-03-04 05:06:07',
  },
  { id: 2, email: 'bob@rows.example', login: 'bob', pwd: 'bob secret', blocked: 1, email_verified: 'N' },
  { id: 3, email: 'cleo@rows.example', login: '   ', pwd: 'cleo secret' },
  { id: 4, email: 'dora@rows.example', login: '', pwd: 'dora secret' },
  { id: 5, email: 'eve@rows.example', login: 'eve', pwd: 'eve secret', email_verified: '?' },
  { id: 6, email: 'both@rows.example', login: 'six', pwd: 'six secret' },
  { id: 7, email: 'both@rows.example', login: 'seven', pwd: 'seven secret' },
]

describe('rows of a real MariaDB', () => {
  let database: DatabaseServer
  let server: TestServer
  let client: TestClient
  let connection_id: string

  before(async () => {
    database = await startMariadb()
    await database.query(`create table people (${columns})`)
    for (const person of people) {
      const names = Object.keys(person)
      await database.query(
        `insert into people (${names.join()}) values (${names.map(() => '?').join()})`,
        Object.values(person),
      )
    }
    server = await startTestServer()
    client = await server.createClient()
    const options: JsonObject = {
      enabledDatabaseCustomization: true,
      import_mode: true,
      customScripts: { login, get_user },
      configuration: { DATABASE_URL: database.url },
      egress: { mode: 'open', allow: [`${database.host}:${database.port}`] },
      id_namespace: 'shop',
    }
    connection_id = await server.createConnection('shop', options, [client])
  })
  after(async () => {
    await server?.close()
    await database?.stop()
  })

  const logIn = (name: string, password: string): Promise<Answer> => server.login(client, 'shop', name, password)
  const user = async (id: number): Promise<JsonObject> =>
    (await server.must('GET', `users/${encodeURIComponent(`auth0|shop|${id}`)}`)) as JsonObject
  const record = async (id: number): Promise<JsonObject | undefined> =>
    (await server.records(connection_id)).find((each) => each['legacy_id'] === `shop|${id}`)

  test('a row moves whole: flags, JSON and blanks are read, and what was left out is named in the ledger', async () => {
    const answer = await logIn('Ada@Rows.example', 'ada secret')
    assert.equal(answer.status, 200, answer.text)
    const {
      identities: _identities,
      created_at: _at,
      arrived_at: _arrived,
      updated_at: _up,
      last_login: _last,
      last_ip: _ip,
      ...ada
    } = await user(1)
    assert.deepEqual(ada, {
      user_id: 'auth0|shop|1',
      email: 'ada@rows.example',
      email_verified: true,
      username: 'ada',
      name: 'Ada Lovelace',
      nickname: 'ada',
      picture:
        'https://s.gravatar.com/avatar/7f6460b3f3f7040ce4e5df71858f7c65?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fal.png',
      blocked: false,
      user_metadata: { theme: 'dark' },
      app_metadata: { old: {}, plan: 'gold' },
      customer: 'C-1         ',
      plan: 'gold',
      hashtag: '#boats',
      legacy: { city: 'London' },
      last_seen: '2021-03-04T05:06:07.000Z',
      logins_count: 1,
      arrived_through: 'login',
    })
    assert.deepEqual(member(await record(1), 'profile_changes'), {
      dropped: ['picture', 'app_metadata.old.password', 'pwd', 'legacy.password_hash', 'legacy.pwd', 'avatar'],
      converted: ['email_verified', 'blocked', 'user_metadata', 'app_metadata'],
    })
    const stored = JSON.stringify(await server.internals.db.selectFrom('users').selectAll().execute())
    assert.equal(stored.includes('ada secret'), false)
  })

  test('BIT(1) keeps a blocked person out [guard: bit-blocks]', async () => {
    const answer = await logIn('bob@rows.example', 'bob secret')
    assert.deepEqual([answer.status, member(answer.json, 'error_description')], [403, 'user is blocked'])
    assert.equal(member(await record(2), 'state'), 'refused')
  })

  test('two people without a username both move', async () => {
    for (const name of ['cleo', 'dora']) {
      const answer = await logIn(`${name}@rows.example`, `${name} secret`)
      assert.equal(answer.status, 200, answer.text)
    }
    assert.equal(member(await user(3), 'username'), undefined)
  })

  test('a flag in an unknown form refuses the profile, and the log names it', async () => {
    const answer = await logIn('eve@rows.example', 'eve secret')
    assert.equal(answer.status, 500, answer.text)
    const [event] = await server.logs('user_name:"eve@rows.example" AND type:f')
    assert.equal(outcomeOf(event), 'profile_refused')
    assert.match(String(event?.['description']), /email_verified is neither true nor false/)
  })

  test('of two people with one address the second is recorded as a collision', async () => {
    assert.equal((await logIn('six', 'six secret')).status, 200)
    assert.equal((await logIn('seven', 'seven secret')).status, 500)
    assert.equal(member(await record(7), 'last_outcome'), 'collision')
  })
})
