// A legacy store that accepts requests and does not answer them, during a sign-in with a browser.
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { answerOf, createBrowser, formOf } from '../support/browser.ts'
import { type LegacyService, serviceOptions, startLegacyService } from '../support/legacy-service.ts'
import { outcomeOf } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { createBrowserClient } from './browser-client.ts'

const deadline_ms = 5000
// The rest allows for a busy machine.
const answered_within_ms = deadline_ms + 8000

let server: TestServer
let store: LegacyService
let hangs = false

before(async () => {
  store = await startLegacyService(async (email, password) => {
    if (hangs) await new Promise(() => {})
    if (password !== null && password !== 'right') return null
    return { user_id: email.split('@')[0] ?? '', email, email_verified: true }
  })
  server = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: String(deadline_ms) } })
})

after(async () => {
  await server?.close()
  store?.close()
})

it('the page says in time that the password was not checked, a moved user signs in meanwhile, and the form works afterwards', async () => {
  const app = await createBrowserClient(server)
  await server.createConnection('legacy', serviceOptions(store), [app.client])
  const address = app.authorize({ connection: 'legacy' })
  const logIn = (name: string) => createBrowser(server).logIn(address, `${name}@legacy.example`, 'right')
  assert.ok(answerOf(await logIn('moved')).code)

  hangs = true
  const browser = createBrowser(server)
  const form = formOf(await browser.open(address))
  const started = performance.now()
  let is_answered = false
  const waiting = browser.submit(form, { username: 'new@legacy.example', password: 'right' }).finally(() => {
    is_answered = true
  })
  assert.ok(answerOf(await logIn('moved')).code)
  assert.equal(is_answered, false, 'the moved user did not wait for the store')

  const page = await waiting
  assert.ok(performance.now() - started < answered_within_ms)
  assert.equal(page.status, 503)
  assert.match(page.text, /cannot be reached right now\. Your password was not checked/)
  assert.doesNotMatch(page.text, /wrong/i)
  assert.ok(Number(page.headers.get('retry-after')) > 0)
  assert.equal(browser.jar.has('auth0'), false)
  const [event] = await server.logs('user_name:"new@legacy.example"')
  assert.equal(outcomeOf(event), 'script_timeout')

  hangs = false
  const { code } = answerOf(await browser.submit(formOf(page), { username: 'new@legacy.example', password: 'right' }))
  assert.equal((await app.exchange(code)).status, 200)
})
