/** A tenant that the operator does not list reaches nothing on the server's machine and in its networks. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { unknownTenants } from '../../src/tenants/private-networks.ts'
import { serviceOptions, startLegacyService, type LegacyService } from '../support/legacy-service.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { outcomeOf } from '../support/requests.ts'
import type { TenantApi } from '../support/tenant-api.ts'
import { restartTestServer, startTestServer, type TestServer } from '../support/test-server.ts'

let service: LegacyService
let server: TestServer

before(async () => {
  service = await startLegacyService((email) => ({ user_id: '7', email }))
  // Each tenant is listed at first.
  server = await startTestServer()
})
after(async () => {
  await server?.close()
  service?.close()
})

test('an entry for this machine opens it in a tenant that the operator lists only [guard: private-tenants-only]', async () => {
  const other = await createOtherTenant(server, 'stranger', 'stranger.test')
  const [own_client, others_client] = [await server.createClient(), await other.createClient()]
  await server.createConnection('people', serviceOptions(service), [own_client])
  await other.createConnection('people', serviceOptions(service), [others_client])
  server = await restartTestServer(server, { WHERRY_EGRESS_PRIVATE_TENANTS: 'default' })
  for (const [tenant, client, status] of [
    [server, own_client, 200],
    [other, others_client, 503],
  ] as const) {
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

test('the names of the list that no tenant has are found, for a warning at the start', async () => {
  assert.deepEqual(await unknownTenants(server.internals.db, ['default', 'Default', 'nosuch', '*']), [
    'Default',
    'nosuch',
  ])
})

test('an entry that a tenant may not use is refused when it is saved, by name and setting; a stored one stays', async () => {
  const other = await createOtherTenant(server, 'unlisted', 'unlisted.test')
  const save = async (tenant: TenantApi, allow: string[]): Promise<[number, string]> => {
    const name = `c${allow.join().replaceAll(/[^a-z0-9]+/g, '-')}`.replace(/-$/, '')
    const { status, json } = await tenant.api('POST', 'connections', {
      name,
      strategy: 'auth0',
      options: { egress: { allow } },
    })
    return [status, String(json.message)]
  }
  const by_operator = 'Only tenants that the operator lists in WHERRY_EGRESS_PRIVATE_TENANTS can allow it.'
  for (const [entry, why] of [
    ['127.0.0.1:5432', 'it is a loopback address'],
    ['localhost:5432', 'it is a loopback address'],
    ['10.1.2.3:3306', 'it is an address of a private network'],
    ['[fd00::7]:3306', 'it is an address of a private network'],
  ] as const) {
    const [status, message] = await save(other, ['db.example.com:5432', entry])
    assert.equal(status, 400, entry)
    assert.ok(message.includes(`"${entry}" cannot be allowed in options.egress.allow: ${why}. ${by_operator}`), message)
    assert.equal((await save(server, [entry]))[0], 201, entry)
  }
  const [status, message] = await save(server, ['169.254.169.254:80'])
  assert.equal(status, 400)
  assert.match(message, /"169\.254\.169\.254:80" .* it is a metadata address/)
  assert.equal((await save(other, ['8.8.8.8:53', 'db.example.com:5432']))[0], 201)

  const stranger = (await other.must('GET', 'connections?name=c8-8-8-8-53-db-example-com-5432'))[0]
  const change = (allow: string[]) =>
    other.api('PATCH', `connections/${stranger.id}`, { options: { egress: { allow } } })
  assert.equal((await change(['127.0.0.1:1'])).status, 400)
  assert.equal((await change(['db.example.com:5433'])).status, 200)
})
