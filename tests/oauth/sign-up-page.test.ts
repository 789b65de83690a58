// Sign-up and a forgotten password on the hosted pages.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { peopleOptions } from '../login/people-scripts.ts'
import { answerOf, createBrowser, formOf, type PageForm, type Visit } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let browser: ReturnType<typeof createBrowser>
const chosen = { email: 'new@example.com', password: 'Chosen-Pass-1' }

before(async () => {
  server = await startTestServer()
})

beforeEach(async () => {
  app = await createBrowserClient(server)
  browser = createBrowser(server)
})

after(() => server.close())

const openSignup = async (parameters: Record<string, string> = {}): Promise<PageForm> => {
  const page = await browser.open(app.authorize({ screen_hint: 'signup', ...parameters }))
  const form = formOf(page)
  assert.equal(form.action, '/u/signup')
  return form
}

/** Follows the link of a page whose address begins so. */
const follow = async ({ text }: Visit, start: string): Promise<Visit> => {
  const href = [...text.matchAll(/href="([^"]+)"/g)].map(([, each = '']) => each).find((each) => each.startsWith(start))
  assert.ok(href, `no link to ${start}`)
  return await browser.visit(href)
}

describe('the sign-up page', () => {
  it('signs a user up and in, with one login, also when its form is sent twice', async () => {
    const form = await openSignup({ state: 's' })
    const [answer, again] = await server.hashingAsInProduction(
      () => Promise.all([browser.submit(form, chosen), browser.submit(form, chosen)]),
      20,
    )
    assert.equal(answer.status, 303, answer.text)
    const { code, state } = answerOf(answer)
    assert.equal(state, 's')
    assert.ok(answerOf(again).code)
    const { sub } = decodeJwt((await app.exchange(code)).json.id_token)
    const user = await server.must('GET', `users/${encodeURIComponent(String(sub))}`)
    assert.deepEqual([user.email, user.logins_count], [chosen.email, 1])
    assert.ok(answerOf(await browser.submit(form, chosen)).code, 'sent again after success')
  })

  it('is reached by prompt=create and by the link of the login page, and leads back', async () => {
    assert.match((await browser.visit(app.authorize({ prompt: 'create' }))).location ?? '', /^\/u\/signup\?state=/)
    const signup = await follow(await browser.open(app.authorize()), '/u/signup?state=')
    assert.equal((await follow(signup, '/u/login?state=')).status, 200)
  })

  it('says what is wrong: a weak password with its rules, no address, a user who exists', async () => {
    const form = await openSignup()
    const weak = await browser.submit(form, { ...chosen, password: 'weak' })
    assert.equal(weak.status, 400)
    assert.ok(weak.text.includes(chosen.email))
    assert.equal((await browser.submit(form, { ...chosen, email: 'no address' })).status, 400)
    assert.equal((await browser.submit(form, { ...chosen, email: '' })).status, 400)
    const taken = await browser.submit(form, { email: ada.email, password: chosen.password })
    assert.equal(taken.status, 400)
    assert.equal((await follow(taken, '/u/login?state=')).status, 200)
    assert.equal(browser.jar.has('auth0'), false)
  })

  it('asks for a username where the connection wants one', async () => {
    await server.must('PATCH', `connections/${app.connection_id}`, { options: { requires_username: true } })
    const form = await openSignup()
    assert.equal((await browser.submit(form, chosen)).status, 400)
    assert.ok(answerOf(await browser.submit(form, { ...chosen, username: 'newcomer' })).code)
  })

  it('does not exist where sign-up is closed, also for a form that is sent directly', async () => {
    const form = await openSignup()
    await server.must('PATCH', `connections/${app.connection_id}`, { options: { disable_signup: true } })
    assert.equal((await browser.submit(form, chosen)).status, 400)
    assert.match((await browser.visit(app.authorize({ screen_hint: 'signup' }))).location ?? '', /^\/u\/login/)
    assert.ok(!(await browser.open(app.authorize())).text.includes('/u/signup'))
    assert.equal(
      (await server.must('GET', `users-by-email?email=${chosen.email}`)).filter(
        (user: { identities: { connection: string }[] }) => user.identities[0]?.connection === app.connection,
      ).length,
      0,
    )
  })

  it('refuses a user of the legacy store, who has a password already', async () => {
    const people = peopleOptions({
      'old@legacy.example': { password: 'old one', profile: { user_id: 'o1', email: 'old@legacy.example' } },
    })
    const name = `legacy-${app.client.client_id}`
    await server.createConnection(name, people, [app.client])
    const form = await openSignup({ connection: name })
    assert.equal((await browser.submit(form, { email: 'old@legacy.example', password: chosen.password })).status, 400)
  })

  it('is refused from another site and another browser [guard: signup-form]', async () => {
    const { action, fields } = await openSignup()
    const body = new URLSearchParams({ ...fields, ...chosen })
    assert.equal((await browser.visit(action, { body, headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
    assert.equal((await createBrowser(server).visit(action, { body })).status, 400)
  })
})

describe('the page for a forgotten password', () => {
  const openForgot = async (parameters: Record<string, string> = {}): Promise<PageForm> =>
    formOf(await follow(await browser.open(app.authorize(parameters)), '/u/reset-password/request?state='))

  it('answers the same for every user, mails a link to one who exists, and leads back to the login', async () => {
    const form = await openForgot()
    const known = await browser.submit(form, { username: ada.email })
    const unknown = await browser.submit(form, { username: 'bob@example.com' })
    assert.equal(known.status, 200)
    const [state, other] = [known, unknown].map(({ text }) =>
      text.replaceAll(/ada@example\.com|bob@example\.com/g, 'x'),
    )
    assert.equal(state, other)
    assert.equal((await server.outbox(ada.email)).length, 1)
    assert.equal((await server.outbox('bob@example.com')).length, 0)
    assert.equal((await follow(known, '/u/login?state=')).status, 200)
  })

  it('asks for a name that is missing or no name', async () => {
    const form = await openForgot()
    for (const username of ['', ' ', 'x\u200by', 'x'.repeat(300)]) {
      assert.equal((await browser.submit(form, { username })).status, 400)
    }
  })

  it('says that the password is kept elsewhere where no script changes it, instead of promising a mail', async () => {
    const people = {
      'old@legacy.example': { password: 'old one', profile: { user_id: 'o2', email: 'old@legacy.example' } },
    }
    const options = {
      ...peopleOptions(people),
      import_mode: false,
      forgot_password_text: 'Ask at the counter.',
      forgot_password_url: 'https://counter.test/',
    }
    const name = `kept-${app.client.client_id}`
    await server.createConnection(name, options, [app.client])
    const page = await follow(
      await browser.open(app.authorize({ connection: name })),
      '/u/reset-password/request?state=',
    )
    assert.match(page.text, /Ask at the counter\./)
    assert.match(page.text, /href="https:\/\/counter\.test\/"/)
    assert.throws(() => formOf(page))
  })

  it('is not linked where the connection has none', async () => {
    await server.must('PATCH', `connections/${app.connection_id}`, {
      options: { disable_self_service_change_password: true },
    })
    assert.ok(!(await browser.open(app.authorize())).text.includes('/u/reset-password'))
  })
})
