// Details of the Management API in which Auth0's tools and SDKs rely on Auth0's own answers.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { member } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe("Auth0's answers", () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server?.close())

  it('refuses pages beyond the first 1,000 users and log events', async () => {
    for (const list of [
      'users?page=10&per_page=100',
      'users?page=20&q=name:x',
      'logs?page=20',
      'logs?page=10&per_page=100',
    ]) {
      const refused = await server.api('GET', list)
      assert.equal(refused.status, 400, list)
      assert.deepEqual(
        [member(refused.json, 'errorCode'), member(refused.json, 'message')],
        ['invalid_query_string', 'You can only page through the first 1000 records.'],
      )
    }
  })
})
