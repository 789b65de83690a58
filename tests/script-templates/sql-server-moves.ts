import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { sql_server_template_cases } from './sql-server-template-cases.ts'

/** A user of each of these templates, with a published hash, logs in and moves. */
export function testMoves(templates: string[]): void {
  describe('users with published hashes move out of SQL Server', () => {
    let server: TestServer
    let client: TestClient
    before(async () => {
      // The first login of each template starts a process and loads the driver, on a machine that is busy with other tests.
      server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '30000' } })
      client = await server.createClient()
    })
    after(() => server.close())

    for (const id of templates) {
      test(`${id}: the first login moves the user, who then logs in without the legacy store`, async () => {
        const each = sql_server_template_cases.find(({ template }) => template === id)
        const template = await readScriptTemplate(id)
        assert.ok(each && template, id)
        const store = await each.open()
        try {
          const { options } = generateTemplate(template, id, store.settings)
          await server.createConnection(id, options, [client])
          const logIn = async (email: string, password: string): Promise<number> =>
            (await server.login(client, id, email, password)).status
          assert.equal(await logIn('ada@example.org', `${each.password}x`), 403)
          assert.equal(await logIn('ada@example.org', each.password), 200)
          assert.equal(await logIn('eve@example.org', each.password), 403)
        } finally {
          await store.stop()
        }
        assert.equal((await server.login(client, id, 'ada@example.org', each.password)).status, 200)
      })
    }
  })
}
