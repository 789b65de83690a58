// A new password with a code in a text message, and the webhook that sends text messages.
import assert from 'node:assert/strict'
import { after, before, describe, it, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { signatureOf } from '../../src/egress/signature-of.ts'
import { textWebhookAad } from '../../src/store/sealed-aad.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { createBrowser, formOf, type Visit } from '../support/browser.ts'
import { objects, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { startWebhook, type Webhook } from '../support/webhook.ts'
import { peopleOptions } from './people-scripts.ts'

const password = 'Right-one-1'
const chosen = 'Chosen-one-2'
const attributes = Object.fromEntries(
  ['email', 'username', 'phone_number'].map((kind) => [kind, { identifier: { active: true } }]),
)
let server: TestServer
let client: TestClient
let webhook: Webhook

before(async () => {
  webhook = await startWebhook()
  server = await startTestServer({ production_hashes: true, env: { WHERRY_EGRESS_ALLOW: webhook.address } })
  client = await server.createClient()
  await server.createConnection('local', { attributes }, [client])
  const people = peopleOptions({
    '+49 171 9990001': { password, profile: { user_id: 'p1', phone_number: '+49 171 9990001' } },
    '+49 171 9990002': { password, profile: { user_id: 'p2', phone_number: '+49 171 9990009', email: 'p2@x.example' } },
  })
  await server.createConnection('people', { ...people, attributes }, [client])
})
after(async () => {
  await server?.close()
  await webhook?.close()
})

/** Asks for a new password, from an address of its own. */
const ask = async (connection: string, phone_number: string, from = '192.0.2.1'): Promise<void> => {
  const body = { ...client, connection, phone_number }
  const answer = await server.post('/dbconnections/change_password', body, { 'x-forwarded-for': from })
  assert.equal(answer.status, 200)
  await server.settle()
}
const texts = async (to: string): Promise<JsonObject[]> =>
  (await server.outbox(to)).filter(({ channel }) => channel === 'text')
const codeOf = (text: JsonObject | undefined): string => /^\d{6}/.exec(String(text?.['text']))?.[0] ?? ''
const enter = async (connection: string, username: string, code: string, from = '192.0.2.9'): Promise<Visit> =>
  await createBrowser(server, { 'x-forwarded-for': from }).submit(
    { action: '/u/reset-code', fields: { connection } },
    { username, code },
  )
const setPassword = async ({ location }: Visit): Promise<Visit> => {
  const browser = createBrowser(server)
  const form = formOf(await browser.visit((location ?? '').replace('#', '')))
  return await browser.submit(form, { password: chosen, password_repeat: chosen })
}
const createUser = (fields: JsonObject): Promise<string> =>
  server.createUser('local', { password, phone_verified: true, ...fields })
const login = async (realm: string, name: string, typed: string): Promise<number> =>
  (await server.login(client, realm, name, typed)).status

describe('a code in a text message', () => {
  it('leads a user from the page for a forgotten password to a new one, and unknown numbers get the same page', async () => {
    const app = await createBrowserClient(server)
    await server.must('PATCH', `connections/${app.connection_id}`, { options: { attributes } })
    await server.enableClient(app.connection_id, client)
    const number = '+491719990010'
    await server.createUser(app.connection, { phone_number: number, phone_verified: true, password })
    const browser = createBrowser(server)
    const page = await browser.open(app.authorize())
    const forgot = formOf(await browser.visit(/href="(\/u\/reset-password\/request[^"]+)"/.exec(page.text)?.[1] ?? ''))
    const known = await browser.submit(forgot, { username: '+49 171 999 0010' })
    const unknown = await browser.submit(forgot, { username: '+49 171 999 0011' })
    const plain = ({ text }: Visit): string => text.replaceAll(/\+49 171 999 001\d/g, 'NUMBER')
    assert.equal(plain(known), plain(unknown))
    assert.equal((await texts('+491719990011')).length, 0)
    const [text] = await texts(number)
    assert.equal(text?.['status'], 'kept')
    assert.match(String(text?.['text']), /valid for 10 minutes/)
    const wrong = await browser.submit(formOf(known), { username: number, code: '12' })
    assert.equal(wrong.status, 400)
    assert.match(wrong.text, /aria-invalid="true"/)
    const code = codeOf(text)
    const entered = await browser.submit(formOf(known), {
      username: '+49-171-9990010',
      code: `${code.slice(0, 3)} ${code.slice(3)}`,
    })
    assert.equal(entered.status, 303, entered.text)
    const done = await setPassword(entered)
    assert.equal(done.status, 200)
    assert.ok(done.text.includes(number))
    assert.deepEqual(
      [await login(app.connection, number, password), await login(app.connection, number, chosen)],
      [403, 200],
    )
  })

  it('moves a legacy user who has a phone number only, once for two devices [guard: reset-code-once]', async () => {
    await ask('people', '+49 171 9990001')
    const code = codeOf((await texts('+491719990001'))[0])
    const answers = await Promise.all([
      enter('people', '+49 171 9990001', code),
      enter('people', '+491719990001', code),
    ])
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303, 400]))
    const entered = answers.find(({ status }) => status === 303)
    assert.ok(entered)
    assert.equal((await setPassword(entered)).status, 200)
    const user = await server.must('GET', `users/${encodeURIComponent('auth0|p1')}`)
    assert.deepEqual([user.phone_number, user.phone_verified], ['+491719990001', true])
    assert.equal(await login('people', '+491719990001', chosen), 200)
    assert.equal((await enter('people', '+491719990001', code)).status, 400)
  })

  it('goes to verified numbers and to the number that get_user returned only [guard: texts-to-proven-numbers]', async () => {
    await createUser({ phone_number: '+491719990020', phone_verified: false })
    await createUser({
      phone_number: '+491719990021',
      phone_verified: false,
      email: 'p21@example.com',
      verify_email: false,
    })
    await createUser({ phone_number: '+491719990022', username: 'p22' })
    for (const typed of ['+491719990020', '+491719990021', 'p22']) await ask('local', typed, '192.0.2.2')
    await ask('people', '+49 171 9990002', '192.0.2.2')
    for (const number of ['+491719990020', '+491719990021', '+491719990002', '+491719990009']) {
      assert.deepEqual(await texts(number), [], number)
    }
    assert.equal((await server.outbox('p21@example.com')).length, 1, 'by mail instead')
    assert.equal((await texts('+491719990022')).length, 1, 'by the username')
  })

  it('can be tried five times, also at once [guard: reset-code-five-tries]', async () => {
    const number = '+491719990030'
    await createUser({ phone_number: number })
    await ask('local', number, '192.0.2.3')
    const code = codeOf((await texts(number))[0])
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    const tries = await Promise.all(Array.from({ length: 7 }, () => enter('local', number, wrong, '192.0.2.4')))
    assert.ok(tries.every(({ status }) => status === 400))
    assert.equal((await enter('local', number, code, '192.0.2.4')).status, 400)
    const rows = server.internals.db.selectFrom('reset_codes').select(['tries_left', 'code_digest'])
    const row = await rows.where('phone_number', '=', number).executeTakeFirstOrThrow()
    assert.equal(row.tries_left, 0)
    assert.ok(!row.code_digest.includes(code))
  })

  it('loses one try with a form that names its connection five times [guard: one-try-per-form]', async () => {
    const number = '+491719990031'
    await createUser({ phone_number: number })
    await ask('local', number, '192.0.2.6')
    const code = codeOf((await texts(number))[0])
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    const repeated = ['local', 'local', 'local', 'local', 'local'].join(',')
    assert.equal((await enter(repeated, number, wrong, '192.0.2.7')).status, 400)
    const rows = server.internals.db.selectFrom('reset_codes').select('tries_left')
    const row = await rows.where('phone_number', '=', number).executeTakeFirstOrThrow()
    assert.equal(row.tries_left, 4)
    assert.equal((await enter(`people,${repeated}`, number, code, '192.0.2.7')).status, 303)
  })

  it('is asked for on the same page whether the named connection exists or not [guard: names-on-code-page]', async () => {
    const shown = async (connection: string): Promise<string[]> => {
      const opened = await createBrowser(server).visit(`/u/reset-code?connection=${connection}`)
      const tried = await enter(connection, '+491719990032', '000000', '192.0.2.8')
      return [opened, tried].map(({ status, text }) => `${status} ${text.replaceAll(connection, 'NAME')}`)
    }
    assert.deepEqual(await shown('no-such-store'), await shown('local'))
  })

  it('is valid for ten minutes, for its identifier and connection, and ends with a change of the number', async () => {
    const number = '+491719990040'
    const user_id = await createUser({ phone_number: number, username: 'p40' })
    await ask('local', number, '192.0.2.5')
    const code = codeOf((await texts(number))[0])
    assert.equal((await enter('people', number, code)).status, 400)
    assert.equal((await enter('local', 'p40', code)).status, 400)
    const entered = await enter('local', number, code)
    assert.equal(entered.status, 303)
    await server.must('PATCH', `users/${encodeURIComponent(user_id)}`, { phone_number: '+491719990041' })
    assert.equal((await setPassword(entered)).status, 400)
    await server.must('PATCH', `users/${encodeURIComponent(user_id)}`, { phone_verified: true })
    await ask('local', '+491719990041', '192.0.2.5')
    const late = codeOf((await texts('+491719990041'))[0])
    server.advance(601_000)
    assert.equal((await enter('local', '+491719990041', late)).status, 400)
  })

  it('is sent five times an hour to one number, and 20 times for one address [guard: texts-per-number]', async () => {
    const number = '+491719990050'
    await createUser({ phone_number: number })
    for (let request = 0; request < 7; request += 1) await ask('local', number, `198.51.100.${request}`)
    assert.equal((await texts(number)).length, 5)
    const [event] = await server.logs('type:fcpr')
    assert.match(String(event?.['description']), /this phone number has had 5 in the last hour/)
  })
})

describe('the webhook for text messages', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const set = (value: JsonObject | null) => server.api('PATCH', 'tenants/settings', { text_message_webhook: value })
  const statusOf = async (to: string): Promise<unknown> => (await texts(to))[0]?.['status']

  it('gets each message signed, once, and its secret is never read back', async () => {
    const { url, received } = webhook
    assert.equal((await set({ url, secret })).status, 200)
    assert.deepEqual((await server.must('GET', 'tenants/settings')).text_message_webhook, { url })
    assert.equal((await set({ url })).status, 200, 'the same address needs no secret again')
    const { settings } = await server.internals.db.selectFrom('tenants').select('settings').executeTakeFirstOrThrow()
    assert.ok(!settings.includes(secret))
    const number = '+491719990060'
    await createUser({ phone_number: number })
    await ask('local', number, '192.0.2.6')
    await waitUntil(async () => (await statusOf(number)) === 'sent')
    assert.equal(received.length, 1)
    const { headers, body = '' } = received[0] ?? {}
    const id = String(headers?.['webhook-id'])
    const at_s = Number(headers?.['webhook-timestamp'])
    assert.equal(headers?.['webhook-signature'], signatureOf(secret, { id, at_s, body }))
    const [text] = await texts(number)
    const { to, text: sent } = JSON.parse(body)
    assert.deepEqual([id, to, sent], [text?.['id'], number, text?.['text']])
  })

  it('that redirects fails for good, and one that fails is tried again [guard: webhook-follows-no-redirect]', async () => {
    webhook.received.length = 0
    webhook.answer(302)
    await createUser({ phone_number: '+491719990061' })
    await ask('local', '+491719990061', '192.0.2.7')
    await waitUntil(async () => (await statusOf('+491719990061')) === 'failed')
    assert.match(String((await texts('+491719990061'))[0]?.['last_error']), /redirects are not followed/)
    assert.equal(webhook.received.length, 1)
    webhook.answer(500)
    await createUser({ phone_number: '+491719990062' })
    await ask('local', '+491719990062', '192.0.2.7')
    await waitUntil(() => webhook.received.length === 2)
    webhook.answer(200)
    server.advance(2000)
    await waitUntil(async () => (await statusOf('+491719990062')) === 'sent')
  })

  it('is refused without https, without a secret, and with a password in its address', async () => {
    for (const value of [
      { url: 'http://sms.example/', secret },
      { url: `http://127.0.0.1:${webhook.port + 1}/`, secret },
      { url: 'https://sms.example/' },
      { url: 'https://sms.example/', secret: 'short' },
      { url: 'https://name:password@sms.example/', secret },
      { url: 'ftp://sms.example/', secret },
    ]) {
      assert.equal((await set(value)).status, 400, JSON.stringify(value))
    }
  })

  it('on this machine that the operator does not list is not reached', async () => {
    const sealed = server.internals.sealer.seal(secret, textWebhookAad(server.internals.tenant_id))
    const url = webhook.url.replace('http:', 'https:').replace(String(webhook.port), String(webhook.port + 1))
    const settings = JSON.stringify({ text_message_webhook: { url, secret_sealed: sealed } })
    await server.internals.db.updateTable('tenants').set({ settings }).where('is_default', '=', 1).execute()
    await createUser({ phone_number: '+491719990063' })
    await ask('local', '+491719990063', '192.0.2.8')
    await waitUntil(async () => (await statusOf('+491719990063')) === 'failed')
    assert.match(String((await texts('+491719990063'))[0]?.['last_error']), /refused.*WHERRY_EGRESS_ALLOW/)
    assert.equal((await set(null)).status, 200)
    assert.equal((await server.must('GET', 'tenants/settings')).text_message_webhook, undefined)
  })
})

test('an action of send-phone-message sends the message in place of the webhook, and is run again after an error', async () => {
  const { id } = await server.must('POST', 'actions/actions', {
    name: 'sends',
    supported_triggers: [{ id: 'send-phone-message', version: 'v2' }],
    code: `exports.onExecuteSendPhoneMessage = async (event) => {
      const { recipient, text, code, message_type } = event.message_options
      global.calls = (global.calls || 0) + 1
      if (global.calls === 1) throw new Error('the operator does not answer')
      console.log(JSON.stringify([recipient, text.startsWith(code), message_type, event.user.phone_number, event.secrets.KEY]))
    }`,
    secrets: [{ name: 'KEY', value: 'k' }],
    deploy: true,
  })
  await server.must('PATCH', 'actions/triggers/send-phone-message/bindings', {
    bindings: [{ ref: { type: 'action_id', value: id } }],
  })
  webhook.received.length = 0
  const number = '+491719990070'
  await createUser({ phone_number: number })
  await ask('local', number, '192.0.2.10')
  await waitUntil(async () => /does not answer/.test(String((await texts(number))[0]?.['last_error'])))
  server.advance(2000)
  await waitUntil(async () => (await texts(number))[0]?.['status'] === 'sent')
  assert.deepEqual([webhook.received.length, (await texts(number))[0]?.['code']], [0, undefined])
  const lines = objects(await server.must('GET', 'script-logs?take=100'), 'script_logs').map(({ text }) => text)
  assert.ok(lines.includes(JSON.stringify([number, true, 'sms', number, 'k'])), lines.join('\n'))
})
