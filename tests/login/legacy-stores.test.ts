import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import bcrypt from 'bcryptjs'
import { readScriptTemplate, generateTemplate } from '../../src/connections/script-templates.ts'
import { startOwnMariadb } from '../support/mariadb.ts'
import { startOwnPostgres } from '../support/postgres.ts'
import type { OwnDatabaseServer } from '../support/test-database.ts'
import { member, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { inTier } from '../support/tier.ts'
import { waitUntil } from '../support/wait-until.ts'

type Store = { name: string; template: string; start(): Promise<OwnDatabaseServer> }

const store = inTier<Store>(
  { name: 'PostgreSQL', template: 'postgresql', start: startOwnPostgres },
  { name: 'MariaDB', template: 'mysql', start: startOwnMariadb },
)

describe(`moving users out of a real ${store.name}`, () => {
  let database: OwnDatabaseServer
  let server: TestServer
  let client: TestClient

  before(async () => {
    database = await store.start()
    await database.query(
      'create table users (id integer primary key, email varchar(200), password_hash varchar(100), name varchar(100))',
    )
    const hash = await bcrypt.hash('right', 4)
    for (const [id, name] of ['ada', 'bob', 'cleo', 'dora'].entries()) {
      await database.query(`insert into users values (${id + 1}, '${name}@legacy.example', '${hash}', '${name}')`)
    }
    server = await startTestServer()
    client = await server.createClient()
    const template = await readScriptTemplate(store.template)
    assert.ok(template)
    const { options } = generateTemplate(template, 'legacy', { DATABASE_URL: database.url })
    await server.createConnection('legacy', options, [client])
  })
  after(async () => {
    await server?.close()
    await database?.stop()
  })

  const selects = (): Promise<number> => database.statementCount(/select/i)

  test('the first login runs login once; later logins make no legacy query', async () => {
    assert.equal(await selects(), 0)
    const first = await server.login(client, 'legacy', 'ada@legacy.example', 'right', { scope: 'openid email' })
    assert.equal(first.status, 200, first.text)
    const earlier = await database.statementCount()
    assert.equal(await database.statementCount(/from .*users/i), 1)
    for (let time = 0; time < 3; time += 1) {
      assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
      assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'wrong')).status, 403)
    }
    assert.equal(await database.statementCount(), earlier)
  })

  test('30 concurrent first logins of one user make one legacy query', async () => {
    const before_count = await database.statementCount(/from .*users/i)
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => server.login(client, 'legacy', 'bob@legacy.example', 'right')),
    )
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200])
    assert.equal((await database.statementCount(/from .*users/i)) - before_count, 1)
  })

  test('while the legacy store is down moved users log in and others get 503, and it recovers by itself', async () => {
    await database.switchOff()
    assert.equal((await server.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
    const unmoved = await server.login(client, 'legacy', 'cleo@legacy.example', 'right')
    assert.equal(unmoved.status, 503, unmoved.text)
    assert.equal(member(unmoved.json, 'error'), 'temporarily_unavailable')
    assert.equal(unmoved.headers.has('retry-after'), true)
    await database.switchOn()
    const again = await server.login(client, 'legacy', 'cleo@legacy.example', 'right')
    assert.equal(again.status, 200, again.text)
  })

  test('scripts reach only the addresses in egress.allow; the refusal names the setting', async () => {
    const template = await readScriptTemplate(store.template)
    assert.ok(template)
    const { options } = generateTemplate(template, 'closed', { DATABASE_URL: database.url })
    const id = await server.createConnection('closed', { ...options, egress: { mode: 'open' } }, [client])
    const refused = await server.login(client, 'closed', 'dora@legacy.example', 'right')
    assert.equal(refused.status, 503, refused.text)
    const readLogs = async () => JSON.stringify(await server.must('GET', `connections/${id}/script-logs`))
    // Lines are stored in batches.
    await waitUntil(async () => (await readLogs()).includes('egress.allow'))
    const logs = await readLogs()
    assert.match(logs, new RegExp(`127\\.0\\.0\\.1:${database.port}`))
    assert.match(logs, /egress\.allow/)
  })
})
