import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import bcrypt from 'bcryptjs'
import { readScriptTemplate, scriptTemplateOptions } from '../../src/connections/script-templates.ts'
import { member, startHouse, type TestClient, type TestHouse } from '../support/house.ts'
import { startOwnMariadb } from '../support/mariadb.ts'
import { startOwnPostgres } from '../support/postgres.ts'
import type { OwnDatabaseServer } from '../support/test-database.ts'

const stores = [
  { name: 'PostgreSQL', template: 'postgresql', start: startOwnPostgres },
  { name: 'MariaDB', template: 'mysql', start: startOwnMariadb },
]

for (const store of stores) {
  describe(`moving users out of a real ${store.name}`, () => {
    let server: OwnDatabaseServer
    let house: TestHouse
    let client: TestClient

    before(async () => {
      server = await store.start()
      await server.query(
        'create table users (id integer primary key, email varchar(200), password_hash varchar(100), name varchar(100))',
      )
      const hash = await bcrypt.hash('right', 4)
      for (const [id, name] of ['ada', 'bob', 'cleo', 'dora'].entries()) {
        await server.query(`insert into users values (${id + 1}, '${name}@legacy.example', '${hash}', '${name}')`)
      }
      house = await startHouse()
      client = await house.createClient()
      const template = await readScriptTemplate(store.template)
      assert.ok(template)
      const options = scriptTemplateOptions(template, 'legacy', { DATABASE_URL: server.url })
      await house.createConnection('legacy', options, [client])
    })
    after(async () => {
      await house?.close()
      await server?.stop()
    })

    const selects = (): Promise<number> => server.statementCount(/select/i)

    test('the first login runs login once; the next ones make no query there', async () => {
      assert.equal(await selects(), 0)
      const first = await house.login(client, 'legacy', 'ada@legacy.example', 'right', { scope: 'openid email' })
      assert.equal(first.status, 200, first.text)
      const asked = await server.statementCount()
      assert.equal(await server.statementCount(/from .*users/i), 1)
      for (let time = 0; time < 3; time += 1) {
        assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
        assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'wrong')).status, 403)
      }
      assert.equal(await server.statementCount(), asked)
    })

    test('30 first logins of one person at once make one query there', async () => {
      const before_count = await server.statementCount(/from .*users/i)
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => house.login(client, 'legacy', 'bob@legacy.example', 'right')),
      )
      assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200])
      assert.equal((await server.statementCount(/from .*users/i)) - before_count, 1)
    })

    test('with the legacy store off, moved users log in, others are told the truth, and it recovers by itself', async () => {
      await server.switchOff()
      assert.equal((await house.login(client, 'legacy', 'ada@legacy.example', 'right')).status, 200)
      const unmoved = await house.login(client, 'legacy', 'cleo@legacy.example', 'right')
      assert.equal(unmoved.status, 503, unmoved.text)
      assert.equal(member(unmoved.json, 'error'), 'temporarily_unavailable')
      assert.equal(unmoved.headers.has('retry-after'), true)
      await server.switchOn()
      const again = await house.login(client, 'legacy', 'cleo@legacy.example', 'right')
      assert.equal(again.status, 200, again.text)
    })

    test('only the address that the connection names can be reached: without it the refusal names the setting', async () => {
      const template = await readScriptTemplate(store.template)
      assert.ok(template)
      const options = scriptTemplateOptions(template, 'closed', { DATABASE_URL: server.url })
      const id = await house.createConnection('closed', { ...options, egress: { mode: 'open' } }, [client])
      const refused = await house.login(client, 'closed', 'dora@legacy.example', 'right')
      assert.equal(refused.status, 503, refused.text)
      await new Promise((resolve) => {
        setTimeout(resolve, 400)
      })
      const logs = JSON.stringify(await house.must('GET', `connections/${id}/script-logs`))
      assert.match(logs, new RegExp(`127\\.0\\.0\\.1:${server.port}`))
      assert.match(logs, /egress\.allow/)
    })
  })
}
