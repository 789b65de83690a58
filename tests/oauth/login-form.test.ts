// The hosted login form: what it accepts, what it refuses, and what a browser may do with it.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { peopleOptions } from '../login/people-scripts.ts'
import { answerOf, createBrowser, formOf, type PageForm, type Visit } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { member, outcomeOf } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>
let now = Date.now()
const right = { username: ada.email, password: ada.password }

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
})

beforeEach(async () => {
  app = await createBrowserClient(server)
  browser = createBrowser(server)
  failures_before = await countFailures()
})

after(() => server.close())

const openForm = async (parameters: Record<string, string> = {}): Promise<PageForm> =>
  formOf(await browser.open(app.authorize(parameters)))

const loginsCount = async (): Promise<number> =>
  (await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)).logins_count ?? 0

const sessions = async (): Promise<number> =>
  (await server.internals.db.selectFrom('sessions').select('session_id').where('user_id', '=', app.user_id).execute())
    .length

let failures_before = 0
const countFailures = async (): Promise<number> => {
  const rows = await server.internals.db.selectFrom('brute_force_counters').select('failures').execute()
  return rows.reduce((sum, { failures }) => sum + failures, 0)
}
/** Failed attempts that this test has caused. */
const failures = async (): Promise<number> => (await countFailures()) - failures_before

const isForm = ({ status, text }: Visit, expected: number, message: RegExp): void => {
  assert.equal(status, expected)
  assert.match(text, message)
  assert.match(text, /name="password"/)
}

describe('the form', () => {
  it('is shown again, with what was typed, for a wrong password, and then accepts the right one', async () => {
    const form = await openForm()
    const again = await browser.submit(form, { ...right, password: 'wrong' })
    isForm(again, 403, /wrong|incorrect|not correct|does not match/i)
    assert.ok(again.text.includes(ada.email))
    assert.ok(!again.text.includes('wrong" '))
    const [event] = await server.logs('type:fp')
    assert.ok(again.text.includes(String(member(event?.['details'], 'reference'))))
    const answer = await browser.submit(formOf(again), right)
    assert.ok(answerOf(answer).code)
  })

  it('shows the login_hint, and trims the name but not the password', async () => {
    const page = await browser.open(app.authorize({ login_hint: 'hinted@example.com' }))
    assert.match(page.text, /value="hinted@example\.com"/)
    assert.equal((await browser.submit(formOf(page), { ...right, password: ` ${ada.password}` })).status, 403)
    assert.ok(
      answerOf(await browser.submit(formOf(page), { username: ` Ada@Example.com `, password: ada.password })).code,
    )
  })

  it('asks for what is missing, and counts no attempt', async () => {
    const form = await openForm()
    for (const typed of [
      { username: '', password: 'x' },
      { username: ada.email, password: '' },
    ]) {
      assert.equal((await browser.submit(form, typed)).status, 400)
    }
    assert.equal((await browser.submit(form, { ...right, password: 'x'.repeat(1025) })).status, 400)
    assert.equal(await failures(), 0)
  })

  it('stores nothing until a password is right [guard: nothing-stored]', async () => {
    const { db } = server.internals
    const count = async (table: 'sessions' | 'codes' | 'consents') =>
      (await db.selectFrom(table).selectAll().execute()).length
    const counts = async () => [await count('sessions'), await count('codes'), await count('consents')]
    const at_first = await counts()
    const form = await openForm()
    await browser.submit(form, { ...right, password: 'wrong' })
    assert.deepEqual(await counts(), at_first)
    await browser.submit(form, right)
    assert.notDeepEqual(await counts(), at_first)
  })

  it('that is sent twice at once is one login with one session, and both answers lead to the application', async () => {
    app = await server.hashingAsInProduction(() => createBrowserClient(server), 20)
    const form = await openForm()
    const answers = await Promise.all([browser.submit(form, right), browser.submit(form, right)])
    for (const answer of answers) assert.equal((await app.exchange(answerOf(answer).code)).status, 200)
    assert.equal(await loginsCount(), 1)
    assert.equal(await sessions(), 1)
  })

  it('that is sent again before the browser has the answer is the same login, unless its session has ended', async () => {
    const form = await openForm()
    const cookies = [...browser.jar]
    const sendAgain = (typed = right): Promise<Visit> => {
      browser.jar.clear()
      for (const [name, value] of cookies) browser.jar.set(name, value)
      return browser.submit(form, typed)
    }
    await browser.submit(form, right)
    const session = browser.jar.get('auth0')
    assert.equal((await app.exchange(answerOf(await sendAgain()).code)).status, 200)
    assert.equal(browser.jar.get('auth0'), session)
    assert.deepEqual([await loginsCount(), await sessions()], [1, 1])
    isForm(await sendAgain({ ...right, password: 'wrong' }), 403, /wrong|incorrect|not correct|does not match/i)
    await sendAgain()
    await browser.visit('/v2/logout')
    assert.ok(answerOf(await sendAgain()).code)
    assert.notEqual(browser.jar.get('auth0'), session)
    assert.deepEqual([await loginsCount(), await sessions()], [2, 1])
  })

  it('leads on to the application when it is reloaded or sent again after success, and is shown again after a logout', async () => {
    const form = await openForm({ prompt: 'login' })
    const page = `${form.action}?state=${form.fields['state']}`
    await browser.submit(form, right)
    assert.ok(answerOf(await browser.visit(page)).code)
    assert.ok(answerOf(await browser.submit(form, right)).code)
    assert.ok(answerOf(await browser.submit(form, { ...right, password: 'wrong' })).code)
    const types = (await server.logs(`user_id:"${app.user_id}"`)).map(({ type }) => type)
    assert.deepEqual(types, ['s', 's', 's', 's'], 'one login, and three answers by its session')
    assert.deepEqual([await loginsCount(), await sessions(), await failures()], [1, 1, 0])
    assert.ok(answerOf(await browser.visit(app.authorize({ prompt: 'none' }))).code, 'the session goes on')
    await browser.visit('/v2/logout')
    assert.equal((await browser.visit(page)).status, 200)
  })

  it('in a second tab logs in the user who is typed there', async () => {
    await server.createUser(app.connection, { email: 'bob@example.com', password: 'engine no. 2' })
    const [first, second] = [await openForm(), await openForm()]
    await browser.submit(first, right)
    const { code } = answerOf(await browser.submit(second, { username: 'bob@example.com', password: 'engine no. 2' }))
    const { id_token } = (await app.exchange(code)).json
    assert.ok(Buffer.from(id_token.split('.')[1], 'base64').toString().includes('bob@example.com'))
    assert.equal(await sessions(), 0, 'the session of the first user was not ended')
  })

  it('of each of 200 open pages still works, and the cookies do not grow', async () => {
    const forms: PageForm[] = []
    for (let n = 0; n < 200; n += 1) forms.push(await openForm({ state: `state-${n}` }))
    assert.ok([...browser.jar].join('').length < 2000)
    for (const n of [0, 100, 199]) {
      const form = forms[n]
      assert.ok(form)
      assert.equal(answerOf(await browser.submit(form, right)).state, `state-${n}`)
      await browser.visit('/v2/logout')
    }
  })
})

describe('a page that cannot be continued', () => {
  const leadsTo = async (answer: Visit, url: string): Promise<void> => {
    assert.deepEqual([answer.status, answer.location], [303, url])
    assert.equal(await failures(), 0)
    assert.equal(await loginsCount(), 0)
  }
  const initiate = 'https://app.test/login'
  const back = (): string => `${initiate}?iss=${encodeURIComponent(server.issuer)}`

  it('after an hour leads to the page of the client that begins a login, before a password is verified', async () => {
    await server.must('PATCH', `clients/${app.client.client_id}`, { initiate_login_uri: initiate })
    const form = await openForm()
    now += 61 * 60_000
    await leadsTo(await browser.submit(form, right), back())
    await leadsTo(await browser.visit(`${form.action}?state=${form.fields['state']}`), back())
  })

  it('whose state is cut off or changed leads to the default page of the tenant, else to an explanation', async () => {
    const form = await openForm()
    const cut = String(form.fields['state']).slice(0, -10)
    const explained = await browser.visit(`${form.action}?state=${cut}`)
    assert.deepEqual([explained.status, explained.location], [400, null])
    const [event] = await server.logs('type:f')
    assert.ok(explained.text.includes(String(member(event?.['details'], 'reference'))))
    await server.must('PATCH', 'tenants/settings', { default_redirection_uri: 'https://app.test/' })
    await leadsTo(await browser.visit(`${form.action}?state=${cut}`), 'https://app.test/')
    await leadsTo(await browser.submit({ action: form.action, fields: {} }, right), 'https://app.test/')
    await server.must('PATCH', 'tenants/settings', { default_redirection_uri: '' })
  })

  it('without cookies says that they are needed, and works after a reload with them', async () => {
    const form = await openForm()
    const answer = await createBrowser(server).submit(form, right)
    assert.equal(answer.status, 400)
    assert.match(answer.text, /cookie/i)
    assert.equal(await failures(), 0)
    assert.ok(answerOf(await browser.logIn(app.authorize(), ada.email, ada.password)).code)
  })

  it('of another browser begins again, so that no user continues the request of another [guard: bound-to-browser]', async () => {
    await server.must('PATCH', `clients/${app.client.client_id}`, { initiate_login_uri: initiate })
    const form = await openForm()
    const victim = createBrowser(server)
    await victim.open(app.authorize())
    await leadsTo(await victim.submit(form, right), back())
    await leadsTo(await victim.visit(`${form.action}?state=${form.fields['state']}`), back())
  })
})

describe('a form of another site is refused [guard: form-origin]', () => {
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.test' },
  ]) {
    it(JSON.stringify(headers), async () => {
      const { action, fields } = await openForm()
      const answer = await browser.visit(action, { body: new URLSearchParams({ ...fields, ...right }), headers })
      assert.equal(answer.status, 403)
      assert.equal(browser.jar.has('auth0'), false)
    })
  }
})

describe('outcomes of a legacy store', () => {
  const store = async (people: Parameters<typeof peopleOptions>[0]) => {
    const options = peopleOptions(people)
    const configuration = { ...(options['configuration'] as object), CLOSED_PORT: String(await freePort()) }
    await server.createConnection(`legacy-${app.client.client_id}`, { ...options, configuration }, [app.client])
    return await browser.open(app.authorize({ connection: `legacy-${app.client.client_id}` }))
  }
  const person = { password: 'old one', profile: { user_id: 'p1', email: 'p@legacy.example' } }

  it('a right password moves the user', async () => {
    const page = await store({ 'p@legacy.example': person })
    const { code } = answerOf(await browser.submit(formOf(page), { username: 'P@legacy.example', password: 'old one' }))
    assert.equal((await app.exchange(code)).status, 200)
    const [event] = await server.logs('type:s')
    assert.equal(outcomeOf(event), 'moved')
  })

  it('an outage is said to be one, and that the password was not checked', async () => {
    const page = await store({ 'p@legacy.example': { ...person, answer: 'refused' } })
    const answer = await browser.submit(formOf(page), { username: 'p@legacy.example', password: 'old one' })
    isForm(answer, 503, /was not checked/)
    assert.ok(Number(answer.headers.get('retry-after')) > 0)
  })

  it('the text of UnauthorizedError is shown, escaped', async () => {
    const page = await store({ 'p@legacy.example': { ...person, answer: 'unauthorized' } })
    const answer = await browser.submit(formOf(page), { username: 'p@legacy.example', password: 'old one' })
    assert.equal(answer.status, 403)
    assert.match(answer.text, /Your contract has ended\./)
  })

  it('a failing script is no wrong password', async () => {
    const page = await store({ 'p@legacy.example': { ...person, answer: 'throw' } })
    const answer = await browser.submit(formOf(page), { username: 'p@legacy.example', password: 'old one' })
    assert.equal(answer.status, 500)
    assert.ok(!/wrong/i.test(answer.text))
  })
})

it('ten wrong passwords lock the form for the address, and a blocked user is said to be blocked', async () => {
  const form = await openForm()
  for (let n = 0; n < 10; n += 1) await browser.submit(form, { ...right, password: `wrong ${n}` })
  assert.equal((await browser.submit(form, right)).status, 429)
  const own = await createBrowserClient(server)
  await server.must('PATCH', `users/${encodeURIComponent(own.user_id)}`, { blocked: true })
  const answer = await createBrowser(server).logIn(own.authorize(), ada.email, ada.password)
  assert.equal(answer.status, 403)
  assert.match(answer.text, /blocked/)
})
