// auth0.baseUrl and auth0.accessToken in rules: the users of the tenant, in the server's own process, for the time of a call.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { createRuleApi } from '../../src/server/rule-api.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'
import { ada } from '../oauth/ada.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { bearer, objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const claim = 'https://example.com/seen'

let server: TestServer
let client: TestClient
let user_id: string
before(async () => {
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '30000' } })
  client = await server.createClient()
  await server.createConnection('people', {}, [client])
  user_id = await server.createUser('people', ada)
})
after(() => server.close())
afterEach(async () => {
  for (const { id } of objects(await server.must('GET', 'rules'))) await server.must('DELETE', `rules/${String(id)}`)
})

/** Saves an asynchronous rule, whose result becomes a claim. */
const saveRule = (body: string, api = server): Promise<unknown> =>
  api.must('POST', 'rules', {
    name: 'api',
    script: `async function (user, context, callback) {
      const call = async (path, method = 'GET', body, token = auth0.accessToken) => {
        const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' }
        const answer = await fetch(path.startsWith('/') ? 'https://' + auth0.domain + path : auth0.baseUrl + '/' + path,
          { method, headers, ...(body && { body: JSON.stringify(body) }) })
        return { status: answer.status, body: await answer.json().catch(() => null) }
      }
      try {
        context.idToken['${claim}'] = await (async () => { ${body} })()
        callback(null, user, context)
      } catch (error) { callback(error) }
    }`,
  })
const logIn = (): Promise<Answer> => server.login(client, 'people', ada.email, ada.password)
async function seen(): Promise<JsonObject[]> {
  const answer = await logIn()
  assert.equal(answer.status, 200, String((await server.logs('type:f'))[0]?.['description']))
  return decodeJwt(answer.json.id_token)[claim] as JsonObject[]
}

test('rules read and change users of their tenant with fetch, request and the client of Auth0', async () => {
  await saveRule(`
    const found = await call('users?q=' + encodeURIComponent('email:"' + user.email + '"') + '&search_engine=v3')
    const changed = await call('users/' + encodeURIComponent(user.user_id), 'PATCH', { app_metadata: { by_api: 1 } })
    const by_request = await new Promise((resolve, reject) => request.get(
      { url: auth0.baseUrl + '/users-by-email', qs: { email: user.email }, json: true, headers: { Authorization: 'Bearer ' + auth0.accessToken } },
      (error, response, body) => error ? reject(error) : resolve(body)))
    const { ManagementClient } = require('auth0@2.35.0')
    const management = new ManagementClient({ token: auth0.accessToken, domain: auth0.domain })
    const by_client = await management.getUser({ id: user.user_id })
    return [found.body[0].user_id, changed.body.app_metadata, by_request[0].user_id, by_client.app_metadata]`)
  assert.deepEqual(await seen(), [user_id, { by_api: 1 }, user_id, { by_api: 1 }])
  const user = await server.must('GET', `users/${encodeURIComponent(user_id)}`)
  assert.deepEqual(user.app_metadata, { by_api: 1 })
})

test('the token is for users only, and is accepted in this process only [guard: rule-token-for-users]', async () => {
  await saveRule(`
    const paths = ['clients', 'users/../clients', 'tenants/settings', 'jobs/users-exports', 'user-blocks?identifier=x']
    const answers = []
    for (const path of paths) answers.push((await call(path)).status)
    const removed = await call('users/' + encodeURIComponent(user.user_id), 'DELETE')
    const created = await call('users', 'POST', { email: 'x@y.example', connection: 'people', password: 'Right-one-1' })
    return [answers, removed.status, created.status, (await call('/userinfo')).status, auth0.accessToken]`)
  const [answers, removed, created, userinfo, token] = await seen()
  assert.deepEqual([answers, removed, created], [[403, 403, 403, 403, 403], 403, 403])
  assert.equal(userinfo, 401)
  assert.equal((await server.send('/api/v2/users', { headers: bearer(String(token)) })).status, 401)
})

test('the token of a call ends with it [guard: rule-token-ends]', async () => {
  await saveRule(`
    global.first = global.first || auth0.accessToken
    return [(await call('users', 'GET', undefined, global.first)).status]`)
  assert.deepEqual([await seen(), await seen()], [[200], [401]])
})

test('a rule cannot name another host to reach another tenant [guard: rule-request-of-own-host]', async () => {
  const other = await createOtherTenant(server, 'other', 'other.test')
  await other.createConnection('people')
  const their_id = await other.createUser('people', ada)
  await saveRule(`
    const https = require('https')
    const { hostname, port } = new URL(auth0.baseUrl)
    const path = '/api/v2/users/' + encodeURIComponent('${their_id}')
    const ask = (headers) => new Promise((resolve, reject) => {
      https.get({ hostname, port, path, checkServerIdentity: () => undefined, headers: { authorization: 'Bearer ' + auth0.accessToken, ...headers } },
        (response) => { response.resume(); resolve(response.statusCode) }).on('error', reject)
    })
    return [await ask({}), await ask({ host: 'other.test' }), await ask({ 'x-forwarded-host': 'other.test' })]`)
  assert.deepEqual(await seen(), [404, 404, 404])
})

test('the token of one tenant is refused at the endpoint of another one [guard: rule-token-of-tenant]', async (t) => {
  let answered = 0
  const api = createRuleApi({ clock: server.internals.clock }, (_request, response) => {
    answered += 1
    response.end('{}')
  })
  const tenantOf = (tenant_id: string) => ({ tenant_id, domain: 'localhost:8443' }) as Tenant
  const [ours, theirs] = [await api.open(tenantOf('ten_a')), await api.open(tenantOf('ten_b'))]
  const listener = createServer((socket) => ours.endpoint.serve(socket, true)).listen(0, '127.0.0.1')
  t.after(() => listener.close())
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const ask = async (token: string): Promise<number | undefined> => {
    const options = {
      host: 'localhost',
      port,
      family: 4,
      ca: ours.endpoint.certificate,
      headers: bearer(token),
      agent: false,
    }
    const [response] = (await once(get(options), 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode
  }
  assert.deepEqual([await ask(ours.token), answered], [200, 1])
  assert.deepEqual([await ask(theirs.token), answered], [401, 1])
  ours.end()
})

test('with an allow-list that lacks the host, only the token of the call reaches it [guard: rule-endpoint-allow-list]', async () => {
  await server.must('PATCH', 'tenants/settings', { extensibility_egress: { mode: 'allow_list', allow: [] } })
  await saveRule(`return [(await call('users')).status, (await call('/userinfo', 'GET', undefined, 'none')).status]`)
  assert.deepEqual(await seen(), [200, 403])
})
