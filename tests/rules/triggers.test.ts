// The triggers of actions beside post-login: what their actions see, decide and change, and what their failures leave behind.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { ActionTrigger } from '../../src/contract/action.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { createBrowser, formOf } from '../support/browser.ts'
import { member, objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const password = 'Chosen-Pass-1'

let server: TestServer
let client: TestClient
let app: Awaited<ReturnType<typeof createBrowserClient>>
before(async () => {
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '3000' } })
  client = await server.createClient({ client_metadata: { color: 'red' } })
  await server.createConnection('people', {}, [client])
  app = await createBrowserClient(server)
})
after(() => server.close())

/** Creates actions of a trigger from their bodies, with a secret, and binds them in this order. */
async function bind(trigger: ActionTrigger, on: string, ...bodies: string[]): Promise<void> {
  const bindings: JsonObject[] = []
  for (const [nth, body] of bodies.entries()) {
    const { id } = await server.must('POST', 'actions/actions', {
      name: `${trigger} ${nth}`,
      supported_triggers: [{ id: trigger }],
      code: `exports.${on} = async (event, api) => { ${body} }`,
      secrets: [{ name: 'KEY', value: 'a-secret-of-actions' }],
      deploy: true,
    })
    bindings.push({ ref: { type: 'action_id', value: String(id) } })
  }
  await server.must('PATCH', `actions/triggers/${trigger}/bindings`, { bindings })
}
afterEach(async () => {
  for (const { id } of objects(await server.must('GET', 'actions/actions'), 'actions'))
    await server.must('DELETE', `actions/actions/${String(id)}?force=true`)
})

const signUp = (email: string, fields: JsonObject = {}, connection = 'people'): Promise<Answer> =>
  server.post('/dbconnections/signup', { client_id: client.client_id, connection, email, password, ...fields })
const userOf = async (email: string): Promise<JsonObject | undefined> =>
  objects(await server.must('GET', `users-by-email?email=${encodeURIComponent(email)}`))[0]
const logged = async (): Promise<string[]> =>
  objects(await server.must('GET', 'script-logs?take=100'), 'script_logs').map(({ text }) => String(text))
const jobStates = async (): Promise<string[]> =>
  (await server.internals.db.selectFrom('jobs').select('state').where('kind', '=', 'run_actions').execute()).map(
    ({ state }) => state,
  )
const jobsEnd = (): Promise<void> =>
  waitUntil(async () => {
    const states = await jobStates()
    return states.length > 0 && states.every((state) => state === 'completed')
  })

describe('pre-user-registration', () => {
  const bindTo = (...bodies: string[]) => bind('pre-user-registration', 'onExecutePreUserRegistration', ...bodies)

  test('adds metadata to a user who signs up, and sees the request', async () => {
    await bindTo(
      `api.user.setUserMetadata('seen', { user: event.user, request: event.request.ip, client: event.client.metadata,
         connection: event.connection.name, tenant: event.tenant.id, secret: event.secrets.KEY.length }).user.setAppMetadata('plan', 'free')`,
      `api.user.setAppMetadata('first', event.user.app_metadata).user.setUserMetadata('color', null)`,
    )
    const answer = await signUp('New@people.example', { given_name: 'Ada', user_metadata: { color: 'red', size: 'L' } })
    assert.equal(answer.status, 200, answer.text)
    const user = await userOf('new@people.example')
    assert.deepEqual(user?.['app_metadata'], { plan: 'free', first: { plan: 'free' } })
    const given = { color: 'red', size: 'L' }
    const seen = {
      user: { email: 'new@people.example', given_name: 'Ada', user_metadata: given, app_metadata: {} },
      request: '127.0.0.1',
      client: { color: 'red' },
      connection: 'people',
      tenant: 'default',
      secret: 19,
    }
    assert.deepEqual(user?.['user_metadata'], { size: 'L', seen })
  })

  test('denies: the user reads its text, the log its reason, and nobody is created, neither by a page nor by the API [guard: registration-denied]', async () => {
    await bindTo(
      "api.access.deny('domain of ' + event.secrets.KEY, 'Not for this domain.')",
      'console.log("second ran")',
    )
    const denied = await signUp('denied@people.example')
    const { code, description, friendly_message } = denied.json
    assert.deepEqual(
      [denied.status, code, description, friendly_message],
      [400, 'extensibility_error', 'Not for this domain.', 'Not for this domain.'],
    )
    const [event] = await server.logs('type:fs')
    const call = member(event?.['details'], 'action_call')
    assert.equal(member(call, 'reason'), 'domain of [secrets.KEY]')
    assert.equal(member(call, 'step'), 'pre-user-registration 0')
    assert.ok(!(await logged()).includes('second ran'))
    const created = { connection: 'people', email: 'denied@people.example', password }
    assert.deepEqual(await server.refused('POST', 'users', created), [
      400,
      'extensibility_error',
      'Not for this domain.',
    ])
    const browser = createBrowser(server)
    const page = await browser.open(app.authorize({ screen_hint: 'signup', ui_locales: 'en' }))
    const shown = await browser.submit(formOf(page), { email: 'denied@people.example', password })
    assert.equal(shown.status, 400)
    assert.match(shown.text, /Not for this domain\./)
    assert.equal(await userOf('denied@people.example'), undefined)
  })

  test('answers a code of its own, and sees the authorization request of a page', async () => {
    await bindTo("api.validation.error('too_young', event.transaction ? event.transaction.redirect_uri : 'no page')")
    const { status, json } = await signUp('young@people.example')
    assert.deepEqual([status, json.code, json.description], [400, 'too_young', 'no page'])
    const browser = createBrowser(server)
    const page = await browser.open(app.authorize({ screen_hint: 'signup' }))
    const shown = await browser.submit(formOf(page), { email: 'young@people.example', password })
    assert.match(shown.text, /https:\/\/app\.test\/callback/)
  })

  test('that throws or does not end in time leaves nothing, so that the next try succeeds', async () => {
    await bindTo(
      `if (event.user.email.startsWith('slow')) await new Promise((resolve) => setTimeout(resolve, 30000))
       null.x`,
    )
    for (const [email, reason] of [
      ['throws@people.example', /^The action "pre-user-registration 0", line 2: TypeError/],
      [
        'slow@people.example',
        /^The action "pre-user-registration 0": Error: it did not end within 3 s$|did not end before their deadline/,
      ],
    ] as const) {
      const began = performance.now()
      const failed = await signUp(email)
      assert.deepEqual([failed.status, failed.json.code], [500, 'server_error'], failed.text)
      assert.match(failed.json.description, /no user was created/)
      assert.ok(performance.now() - began < 8000)
      const [event] = await server.logs('type:fs')
      assert.match(String(member(member(event?.['details'], 'action_call'), 'error')), reason)
      assert.equal(await userOf(email), undefined)
    }
    await server.must('PATCH', 'actions/triggers/pre-user-registration/bindings', { bindings: [] })
    assert.equal((await signUp('slow@people.example')).status, 200)
  })

  test('runs in legacy mode before the script create', async () => {
    const login = 'function login(name, password, callback) { callback(null, { user_id: name, email: name }) }'
    const create = `function create(user, callback) { console.log('created', JSON.stringify(user.app_metadata)); callback(null) }`
    const get_user = 'function getByEmail(email, callback) { callback(null) }'
    const connection_id = await server.createConnection(
      'legacy',
      { enabledDatabaseCustomization: true, import_mode: false, customScripts: { login, create, get_user } },
      [client],
    )
    await bindTo(`if (event.user.email.startsWith('no')) api.access.deny('x', 'No.'); api.user.setAppMetadata('a', 1)`)
    assert.equal((await signUp('no@legacy.example', {}, 'legacy')).status, 400)
    assert.equal((await signUp('yes@legacy.example', {}, 'legacy')).status, 200)
    const { script_logs } = await server.must('GET', `connections/${connection_id}/script-logs?script=create`)
    const lines = objects(script_logs).map(({ text }) => String(text))
    assert.deepEqual(
      lines.filter((line) => line.startsWith('created')),
      ['created {"a":1}'],
    )
    assert.deepEqual((await userOf('yes@legacy.example'))?.['app_metadata'], { a: 1 })
  })
})

describe('post-user-registration', () => {
  test('runs later as a job, delays no answer, and runs again only those actions that failed', async () => {
    await bind(
      'post-user-registration',
      'onExecutePostUserRegistration',
      `const { email, app_metadata, user_metadata, enrolledFactors } = event.user
       console.log('first for', email, event.client ? event.client.name : 'no client')
       console.log('members of', email, JSON.stringify([app_metadata, user_metadata, enrolledFactors]))`,
      `if (!global.runs) await new Promise((resolve) => setTimeout(resolve, 1500))
       global.runs = (global.runs || 0) + 1
       console.log('second for', event.user.user_id); if (global.runs < 2) throw new Error('not yet')`,
    )
    await signUp('warm@other.example', {}, 'no-such-connection')
    const began = performance.now()
    const answer = await signUp('later@people.example')
    const took = performance.now() - began
    assert.equal(answer.status, 200)
    assert.ok(took < 1500, `the answer took ${took} ms`)
    await jobsEnd()
    const lines = (await logged()).filter((line) => /^(first|second) for/.test(line))
    const user_id = String((await userOf('later@people.example'))?.['user_id'])
    const second = `second for ${user_id}`
    assert.deepEqual(lines.toReversed(), ['first for later@people.example test client', second, second])
    assert.ok((await logged()).includes('members of later@people.example [{},{},[]]'))
    await server.createUser('people', { email: 'by-api@people.example', password })
    await waitUntil(async () => (await logged()).some((line) => line.startsWith('first for by-api@people.example')))
    await jobsEnd()
  })

  test('a user whose answer to the sign-up got lost is led to the login, where the password just chosen works', async () => {
    assert.equal((await signUp('lost@people.example', {}, app.connection)).status, 400)
    const browser = createBrowser(server)
    const form = formOf(await browser.open(app.authorize({ screen_hint: 'signup', ui_locales: 'en' })))
    const fields = { email: 'lost@people.example', password }
    assert.equal((await browser.submit(form, fields)).status, 303)
    const again = createBrowser(server)
    const page = await again.submit(
      formOf(await again.open(app.authorize({ screen_hint: 'signup', ui_locales: 'en' }))),
      fields,
    )
    assert.match(page.text, /log in with your existing password/)
    const login = formOf(await again.visit(/href="(\/u\/login[^"]+)"/.exec(page.text)?.[1] ?? ''))
    const done = await again.submit(login, { username: fields.email, password })
    assert.match(String(done.location), /^https:\/\/app\.test\/callback\?code=/)
  })
})

describe('post-change-password', () => {
  test('runs after a reset and after a change through the API', async () => {
    const user_id = await server.createUser('people', { email: 'changes@people.example', password })
    await bind(
      'post-change-password',
      'onExecutePostChangePassword',
      "console.log('changed', event.user.email, event.connection.name, event.request.ip)",
    )
    const path = `users/${encodeURIComponent(user_id)}`
    await server.must('PATCH', path, { user_metadata: { a: 1 } })
    assert.deepEqual(
      (await jobStates()).filter((state) => state !== 'completed'),
      [],
    )
    await server.must('PATCH', path, { password: 'Another-Pass-2' })
    await jobsEnd()
    const { ticket } = await server.must('POST', 'tickets/password-change', { user_id })
    const browser = createBrowser(server)
    const form = formOf(await browser.visit(String(ticket).replace('#', '')))
    await browser.submit(form, { password: 'Third-Pass-3', password_repeat: 'Third-Pass-3' })
    const lines = async () => (await logged()).filter((line) => line.startsWith('changed'))
    await waitUntil(async () => (await lines()).length === 2)
    assert.deepEqual(new Set(await lines()), new Set(['changed changes@people.example people 127.0.0.1']))
  })
})

test('an action of any trigger can be bound as soon as its deployment is answered', async () => {
  const { triggers } = await server.must('GET', 'actions/triggers')
  const current = objects(triggers).filter(({ status }) => status === 'CURRENT')
  assert.equal(current.length, 7)
  for (let nth = 0; nth < 50; nth += 1) {
    const trigger: string = String(current[nth % current.length]?.['id'])
    const { id } = await server.must('POST', 'actions/actions', {
      name: `action ${nth}`,
      supported_triggers: [{ id: trigger }],
    })
    await server.must('POST', `actions/actions/${id}/deploy`)
    const bindings = [{ ref: { type: 'action_id', value: id } }]
    const path = `actions/triggers/${trigger}/bindings`
    await server.must('PATCH', path, { bindings })
    assert.equal(objects(await server.must('GET', path), 'bindings').length, 1)
    await server.must('PATCH', path, { bindings: [] })
  }
})
