import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bearer, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { createTwoTenants, logIn, type TwoTenants } from './two-tenants.ts'

describe('a tenant that exceeds its rights', () => {
  let server: TestServer
  let mine: TwoTenants['mine']
  let victim: TwoTenants['victim']
  let known: TwoTenants['known']
  let my_client: TwoTenants['my_client']
  before(async () => {
    server = await startTestServer()
    ;({ mine, victim, known, my_client } = await createTwoTenants(server))
  })
  after(async () => await server.close())

  test("cannot grant itself the operator's scopes", async () => {
    const operator = ['create:tenants', 'read:tenants', 'update:tenants', 'delete:tenants']
    const grants_made = await mine.must('GET', 'client-grants')
    const [grant] = objects(grants_made)
    await mine.api('PATCH', `client-grants/${String(grant?.['id'])}`, { scope: operator, allow_all_scopes: false })
    const [api] = objects(await mine.must('GET', 'resource-servers'))
    const patched = await mine.api('PATCH', `resource-servers/${String(api?.['id'])}`, {
      scopes: operator.map((value) => ({ value })),
    })
    assert.ok(patched.status >= 400 && patched.status < 500, patched.text)
    const got = await mine.post('/oauth/token', {
      grant_type: 'client_credentials',
      ...mine.client,
      audience: mine.audience,
      scope: operator.join(' '),
    })
    const headers = bearer(got.json.access_token)
    assert.doesNotMatch(String(got.json.scope), /tenants\b(?!_)/)
    for (const [method, path, body] of [
      ['GET', 'tenants', undefined],
      ['GET', `tenants/${victim.id}`, undefined],
      ['PATCH', `tenants/${mine.id}`, { plan: 'enterprise' }],
      ['POST', 'tenants', { name: 'third', domain: 'third.example' }],
    ] as const) {
      const answer = await mine.send(`/api/v2/${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`)
    }
  })

  test('cannot raise its plan through its settings', async () => {
    for (const change of [{ plan: 'enterprise' }, { flags: { plan: 'enterprise' } }, { domain: 'victim.example' }]) {
      const { status } = await mine.api('PATCH', 'tenants/settings', change)
      assert.ok(status >= 400 && status < 500, JSON.stringify(change))
    }
  })

  test('stores no settings that every request of it would have to read for long [guard: settings-bounded]', async () => {
    const html = 'x'.repeat(300_000)
    const first = await mine.api('PATCH', 'tenants/settings', { error_page: { html } })
    assert.equal(first.status, 200, first.text)
    const second = await mine.api('PATCH', 'tenants/settings', { change_password: { html } })
    assert.equal(second.status, 400)
    assert.match(String(second.json.message), /may take 524288 bytes. These would take \d+/)
    assert.equal((await mine.must('GET', 'tenants/settings'))['change_password'], undefined)
    assert.equal((await mine.api('PATCH', 'tenants/settings', { error_page: {} })).status, 200)
  })

  test('stores no login pages that a list of its applications would have to read for long [guard: login-pages-bounded]', async () => {
    const custom_login_page = 'x'.repeat(450_000)
    const made: string[] = []
    for (let nth = 0; nth < 8; nth += 1) {
      const { client_id } = await mine.must('POST', 'clients', { name: `page ${nth}`, custom_login_page })
      made.push(String(client_id))
    }
    for (const [method, path] of [
      ['POST', 'clients'],
      ['PATCH', `clients/${String(made[0])}`],
    ] as const) {
      const answer = await mine.api(method, path, { name: 'one more', custom_login_page_preview: custom_login_page })
      assert.equal(answer.status, 400, answer.text)
      assert.match(String(answer.json.message), /4000000 characters together.*custom_login_page_preview/)
    }
    for (const client_id of made) await mine.must('DELETE', `clients/${client_id}`)
  })

  test('locks no user of another tenant by failed attempts', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await logIn(mine, my_client, 'shared@people.example', `wrong ${attempt}`)
    }
    assert.equal((await logIn(mine, my_client, 'shared@people.example')).status, 429)
    assert.equal((await logIn(victim, known.client, 'shared@people.example')).status, 403)
  })
})
