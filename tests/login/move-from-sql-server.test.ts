import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { sql_server_template_cases } from '../script-templates/sql-server-template-cases.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(() => server.close())

const moved = [
  "aspnet-membership (sha1) on SQL Server's protocol",
  "aspnet-universal-providers on SQL Server's protocol",
  "aspnet-simple-membership (refuse) on SQL Server's protocol",
  "aspnet-identity on SQL Server's protocol",
  "aspnet-identity-core (sha256) on SQL Server's protocol",
]

for (const [place, title] of moved.entries()) {
  test(`${title}: a user with a published hash moves at the first login and then logs in without the legacy store`, async () => {
    const each = sql_server_template_cases.find((found) => found.title === title)
    const template = each && (await readScriptTemplate(each.template))
    assert.ok(each && template, title)
    const name = `legacy-${place}`
    const store = await each.open()
    try {
      const { options } = generateTemplate(template, name, store.settings)
      await server.createConnection(name, options, [client])
      const logIn = async (password: string): Promise<number> =>
        (await server.login(client, name, 'ada@example.org', password)).status
      assert.equal(await logIn(`${each.password}x`), 403)
      assert.equal(await logIn(each.password), 200)
      assert.equal((await server.login(client, name, 'eve@example.org', each.password)).status, 403)
    } finally {
      await store.stop()
    }
    // The legacy store is gone.
    assert.equal((await server.login(client, name, 'ada@example.org', each.password)).status, 200)
  })
}
