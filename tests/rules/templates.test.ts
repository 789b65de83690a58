// The templates of rules and actions, each in both forms where it has two.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions } from '../login/people-scripts.ts'
import { objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = new URL('../../templates/', import.meta.url)
const templatesOf = (kind: 'rules' | 'actions'): string[] => readdirSync(new URL(kind, folder))
const sourceOf = (path: string): string => readFileSync(new URL(path, folder), 'utf8')

const audience = 'https://api.example.com/'
const password = 'Right-one-1'
const namespace = 'https://example.com/'
const tried = new Set<string>()

/** The legacy system: it keeps which requests it got, and knows `known@legacy.example`. */
const requests: string[] = []
const legacy = createServer((request, response) => {
  requests.push(`${request.method} ${request.url} ${request.headers.authorization}`)
  const is_known = request.method === 'PUT' || request.url?.includes('=known%40') === true
  response.writeHead(is_known ? 200 : 500, { 'content-type': 'application/json' }).end('{"customer_number":7}')
})
let legacy_url: string
let server: TestServer
let client: TestClient
let connection_id: string
before(async () => {
  legacy.listen(0, '127.0.0.1')
  await once(legacy, 'listening')
  const address = `127.0.0.1:${(legacy.address() as AddressInfo).port}`
  legacy_url = `http://${address}/customers`
  server = await startTestServer()
  client = await server.createClient()
  await server.createResourceServer(audience)
  const extensibility_egress = { mode: 'allow_list', allow: [address] }
  await server.must('PATCH', 'tenants/settings', { extensibility_egress })
  const person = (id: string, profile: JsonObject = {}) => ({
    password,
    profile: { user_id: id, email: `${id}@legacy.example`, email_verified: true, ...profile },
  })
  const people = [
    person('known', { app_metadata: { roles: ['editor'] } }),
    person('unverified', { email_verified: false }),
    person('unknown'),
    person('moves'),
  ]
  const by_email = Object.fromEntries(people.map((each) => [String(each.profile.email), each]))
  connection_id = await server.createConnection('legacy', { ...peopleOptions(by_email), id_namespace: 'shop' }, [
    client,
  ])
})
after(async () => {
  await server?.close()
  legacy.closeAllConnections()
  legacy.close()
})
afterEach(async () => {
  for (const { id } of objects(await server.must('GET', 'rules'))) await server.must('DELETE', `rules/${String(id)}`)
  for (const { id } of objects(await server.must('GET', 'actions/actions'), 'actions'))
    await server.must('DELETE', `actions/actions/${String(id)}?force=true`)
})

async function applyRule(name: string, values: Record<string, string>): Promise<void> {
  tried.add(`rules/${name}`)
  for (const [key, value] of Object.entries(values)) await server.must('PUT', `rules-configs/${key}`, { value })
  await server.must('POST', 'rules', { name, script: sourceOf(`rules/${name}.js`) })
}
async function applyAction(name: string, values: Record<string, string>, trigger = 'post-login'): Promise<void> {
  tried.add(`actions/${name}`)
  const secrets = Object.entries(values).map(([key, value]) => ({ name: key, value }))
  const code = sourceOf(`actions/${name}.js`)
  const action = { name, supported_triggers: [{ id: trigger }], code, secrets, deploy: true }
  const { id } = await server.must('POST', 'actions/actions', action)
  await server.must('PATCH', `actions/triggers/${trigger}/bindings`, {
    bindings: [{ ref: { type: 'action_id', value: id } }],
  })
}
const logIn = (name: string): Promise<Answer> =>
  server.login(client, 'legacy', `${name}@legacy.example`, password, { audience, scope: 'openid' })
const claimsOf = ({ json }: Answer, claim: string): unknown[] => [
  decodeJwt(json.id_token)[namespace + claim],
  decodeJwt(json.access_token)[namespace + claim],
]
const metadataOf = async (name: string): Promise<unknown> =>
  objects(await server.must('GET', `users-by-email?email=${name}%40legacy.example`))[0]?.['app_metadata']

for (const [kind, apply] of [
  ['rule', applyRule],
  ['action', applyAction],
] as const) {
  describe(`as ${kind === 'rule' ? 'a rule' : 'an action'}`, () => {
    test('back-fill-metadata asks the legacy system once, and a system that fails stops no login', async () => {
      const values = { LEGACY_URL: legacy_url, LEGACY_TOKEN: 'token-of-legacy' }
      await apply('back-fill-metadata', values)
      const user_id = String(
        (await logIn('known')).json &&
          objects(await server.must('GET', 'users-by-email?email=known%40legacy.example'))[0]?.['user_id'],
      )
      const path = `users/${encodeURIComponent(user_id)}`
      await server.must('PATCH', path, { app_metadata: { legacy: null } })
      requests.length = 0
      assert.equal((await logIn('known')).status, 200)
      assert.equal((await logIn('known')).status, 200)
      assert.deepEqual(requests, ['GET /customers?email=known%40legacy.example Bearer token-of-legacy'])
      assert.deepEqual(await metadataOf('known'), { roles: ['editor'], legacy: { customer_number: 7 } })
      await server.must('PATCH', path, { app_metadata: { legacy: null } })
      assert.equal((await logIn('unknown')).status, 200)
      assert.equal(await metadataOf('unknown'), undefined)
    })

    test('verified-email and allow-list deny with their text', async () => {
      await apply('verified-email', {})
      const [verified, unverified] = [await logIn('known'), await logIn('unverified')]
      assert.deepEqual([verified.status, unverified.status], [200, 403])
      assert.match(unverified.json.error_description, /verify your e-mail address/)
    })

    test('allow-list lets listed and verified addresses and domains in', async () => {
      await apply('allow-list', { ALLOWED: ' Known@legacy.example, unverified@legacy.example,@other.example' })
      const statuses = [await logIn('known'), await logIn('unknown'), await logIn('unverified')].map(
        ({ status }) => status,
      )
      assert.deepEqual(statuses, [200, 403, 403])
    })

    test('roles are those of the legacy system', async () => {
      await apply('roles', { NAMESPACE: namespace })
      assert.deepEqual(claimsOf(await logIn('known'), 'roles'), [['editor'], ['editor']])
      assert.deepEqual(claimsOf(await logIn('unknown'), 'roles'), [[], []])
    })
  })
}

test('mark-as-migrated tells the legacy system who has moved', async () => {
  const values = { LEGACY_URL: legacy_url, LEGACY_TOKEN: 'token-of-legacy', ID_NAMESPACE: 'shop' }
  await applyAction('mark-as-migrated', values, 'post-migration')
  requests.length = 0
  assert.equal((await logIn('moves')).status, 200)
  await waitUntil(() => requests.length > 0)
  assert.deepEqual(requests, ['PUT /customers/moves Bearer token-of-legacy'])
})

test('the legacy id is the same claim before the migration is finished and after it, in a rule and in an action', async () => {
  const values = { NAMESPACE: namespace, LEGACY_CONNECTION: 'legacy', ID_NAMESPACE: 'shop' }
  await applyRule('legacy-id', values)
  assert.deepEqual(claimsOf(await logIn('known'), 'legacy_id'), ['known', 'known'])
  for (const { id } of objects(await server.must('GET', 'rules'))) await server.must('DELETE', `rules/${String(id)}`)
  await applyAction('legacy-id', values)
  assert.deepEqual(claimsOf(await logIn('known'), 'legacy_id'), ['known', 'known'])
  const { options } = await server.must('GET', `connections/${connection_id}`)
  const customScripts = {
    login: 'function login(n, p, done) { done() }',
    get_user: 'function get_user(n, done) { done() }',
  }
  await server.must('PATCH', `connections/${connection_id}`, { options: { ...options, customScripts } })
  assert.deepEqual(claimsOf(await logIn('known'), 'legacy_id'), ['known', 'known'])
})

test('each template was tried', () => {
  const all = (['rules', 'actions'] as const).flatMap((kind) =>
    templatesOf(kind).map((file) => `${kind}/${file.replace(/\.js$/, '')}`),
  )
  assert.deepEqual(
    all.filter((name) => !tried.has(name)),
    [],
  )
})
