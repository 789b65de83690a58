/** A tenant that the operator does not list reaches nothing on the server's machine and in its networks. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serviceOptions, startLegacyService, type LegacyService } from '../support/legacy-service.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { outcomeOf } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let service: LegacyService
let server: TestServer

before(async () => {
  service = await startLegacyService((email) => ({ user_id: '7', email }))
  server = await startTestServer({ env: { WHERRY_EGRESS_PRIVATE_TENANTS: 'default' } })
})
after(async () => {
  await server?.close()
  service?.close()
})

test('an entry for this machine opens it in a tenant that the operator lists only [guard: private-tenants-only]', async () => {
  const other = await createOtherTenant(server, 'stranger', 'stranger.test')
  for (const [tenant, status] of [
    [server, 200],
    [other, 503],
  ] as const) {
    const client = await tenant.createClient()
    await tenant.createConnection('people', serviceOptions(service), [client])
    const answer = await tenant.login(client, 'people', 'ada@legacy.example', 'right password')
    assert.equal(answer.status, status, answer.text)
  }
  assert.equal(service.asked.get('ada@legacy.example'), 1)
  const [event] = await other.must('GET', 'logs?per_page=1&q=type:f')
  assert.equal(outcomeOf(event), 'legacy_unreachable')
  assert.match(
    JSON.stringify(event),
    /Only tenants that the operator lists in WHERRY_EGRESS_PRIVATE_TENANTS can allow it/,
  )
})
