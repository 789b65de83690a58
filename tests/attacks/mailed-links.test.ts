import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { send, ticketIn, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'
const chosen = 'Attacker-chose-1'

describe('mailed links that are misused or outdated', () => {
  let server: TestServer
  let client: TestClient
  let legacy_id: string
  // The profiles that get_user answers, by the exact identifier.
  const directory: Record<string, JsonObject> = {
    'reused@legacy.example': { user_id: 'reused', email: 'reused@legacy.example' },
    'points@legacy.example': { user_id: 'points', email: 'victim@legacy.example' },
    'dotted@legacy.example': { user_id: 'dotted', email: 'dot.ted@legacy.example' },
    'plus+tag@legacy.example': { user_id: 'plus', email: 'plus@legacy.example' },
    'ÀdÀ@legacy.example': { user_id: 'folded', email: 'ada@legacy.example' },
    'sharpß@legacy.example': { user_id: 'sharp', email: 'sharpss@legacy.example' },
    'homograph@legacy.example': { user_id: 'homograph', email: 'hom\u043egraph@legacy.example' },
    'user@xn--bcher-kva.example': { user_id: 'idn', email: 'user@b\u00fccher.example' },
    'header@legacy.example': { user_id: 'header', email: 'header@legacy.example\r\nBcc: all@x.example' },
    'two@legacy.example': { user_id: 'two', email: 'two@legacy.example,evil@x.example' },
    'blocked@legacy.example': { user_id: 'blocked', email: 'blocked@legacy.example', blocked: true },
  }
  const options = (people: Record<string, JsonObject>): JsonObject => ({
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: {
      login: `function login(name, password, callback) {
        const person = JSON.parse(configuration.PEOPLE)[name]
        if (!person || password !== '${password}') return callback(new WrongUsernameOrPasswordError(name))
        callback(null, person)
      }`,
      get_user: `function getUser(name, callback) { callback(null, JSON.parse(configuration.PEOPLE)[name] || null) }`,
    },
    configuration: { PEOPLE: JSON.stringify(people) },
  })

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('local', {}, [client])
    legacy_id = await server.createConnection('legacy', options(directory), [client])
  })
  after(async () => await server.close())

  const requestReset = async (connection: string, email: string): Promise<JsonObject | undefined> => {
    const seen = new Set((await server.outbox()).map((mail) => mail['id']))
    const answer = await server.post('/dbconnections/change_password', {
      client_id: client.client_id,
      connection,
      email,
    })
    assert.equal(answer.status, 200)
    return (await server.outbox()).find((mail) => !seen.has(mail['id']))
  }
  const confirm = (ticket: string, headers: Record<string, string> = {}): Promise<Answer> =>
    server.post(
      '/u/reset-password',
      new URLSearchParams({ ticket, password: chosen, password_repeat: chosen }),
      headers,
    )
  const makeUser = async (email: string, more: JsonObject = {}): Promise<string> =>
    encodeURIComponent(await server.createUser('local', { email, password, email_verified: true, ...more }))

  for (const typed of Object.keys(directory).filter((name) => name !== 'reused@legacy.example')) {
    test(`no mail goes to another address than the requested one: ${typed}`, async () => {
      assert.equal(await requestReset('legacy', typed), undefined)
    })
  }

  test("a link is invalid after the user's address changed", async () => {
    const id = await makeUser('old@local.example')
    const ticket = ticketIn((await requestReset('local', 'old@local.example'))?.['text'])
    assert.equal(ticket.length, 32)
    await server.must('PATCH', `users/${id}`, { email: 'new@local.example' })
    assert.equal((await confirm(ticket)).status, 400)
    assert.equal((await server.login(client, 'local', 'new@local.example', chosen)).status, 403)
  })

  test('a link is invalid after its user was deleted, also when another user has the address and the id', async () => {
    const id = await makeUser('gone@local.example', { user_id: 'same-id' })
    const ticket = ticketIn((await requestReset('local', 'gone@local.example'))?.['text'])
    await server.must('DELETE', `users/${id}`)
    await makeUser('gone@local.example', { user_id: 'same-id' })
    assert.equal((await confirm(ticket)).status, 400)
    assert.equal((await server.login(client, 'local', 'gone@local.example', password)).status, 200)
  })

  test('a link mailed before a deletion neither recreates the user nor applies to a new user with the legacy id', async () => {
    const ticket = ticketIn((await requestReset('legacy', 'reused@legacy.example'))?.['text'])
    assert.equal(ticket.length, 32)
    assert.equal((await server.login(client, 'legacy', 'reused@legacy.example', password)).status, 200)
    await server.must('DELETE', 'users/auth0%7Creused')
    assert.equal((await confirm(ticket)).status, 400)
    assert.equal((await server.login(client, 'legacy', 'reused@legacy.example', chosen)).status, 403)
    // The legacy store gives the id to another user.
    const next = { 'next@legacy.example': { user_id: 'reused', email: 'next@legacy.example' } }
    await server.must('PATCH', `connections/${legacy_id}`, { options: options({ ...directory, ...next }) })
    assert.equal(await requestReset('legacy', 'next@legacy.example'), undefined)
    assert.equal((await server.login(client, 'legacy', 'next@legacy.example', password)).status, 403)
  })

  test('a new password does not log a blocked user in', async () => {
    const id = await makeUser('barred@local.example')
    const ticket = ticketIn((await requestReset('local', 'barred@local.example'))?.['text'])
    await server.must('PATCH', `users/${id}`, { blocked: true })
    await confirm(ticket)
    const answer = await server.login(client, 'local', 'barred@local.example', chosen)
    assert.equal(answer.status, 403, answer.text)
  })

  test('a ticket is valid for pages of its own kind only', async () => {
    await makeUser('kinds@local.example')
    const ticket = ticketIn((await requestReset('local', 'kinds@local.example'))?.['text'])
    for (const page of [`${server.issuer}u/email-verification`, `${server.admin_url}/u/admin-setup`]) {
      const answer = await send(page, {
        body: new URLSearchParams({
          ticket,
          email: 'evil@x.example',
          password: 'Attacker-chose-12',
          password_repeat: 'Attacker-chose-12',
        }),
      })
      assert.equal(answer.status, 400, page)
    }
    assert.equal((await confirm(ticketIn(server.first_run.admin_setup_url))).status, 400)
    assert.equal((await confirm(ticket)).status < 400, true)
  })

  test('guessed, altered and malformed tickets are answered alike', async () => {
    await makeUser('near@local.example')
    const ticket = ticketIn((await requestReset('local', 'near@local.example'))?.['text'])
    const flipped = `${ticket.slice(0, 31)}${ticket.endsWith('A') ? 'B' : 'A'}`
    const answers: string[] = []
    for (const guess of [
      flipped,
      ticket.toLowerCase(),
      ticket.slice(1),
      `${ticket} `,
      '',
      '%',
      "' OR 1=1 --",
      'A'.repeat(32),
      'x'.repeat(3000),
    ]) {
      const { status, text } = await server.send(`/u/reset-verify?ticket=${encodeURIComponent(guess)}`)
      assert.equal(status, 400, guess)
      answers.push(text)
    }
    assert.equal(new Set(answers).size, 1)
    assert.equal((await server.send(`/u/reset-verify?ticket=${ticket}`)).status, 200)
  })

  test('a form from another site is refused, for any origin and fetch metadata', async () => {
    await makeUser('forms@local.example')
    const ticket = ticketIn((await requestReset('local', 'forms@local.example'))?.['text'])
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: `${server.origin}.evil.example` },
      { origin: server.origin.replace('http:', 'https:') },
      { 'sec-fetch-site': 'cross-site', origin: server.origin },
      { 'sec-fetch-site': 'same-site', origin: server.origin },
    ] as Record<string, string>[]) {
      assert.equal((await confirm(ticket, headers)).status, 403, JSON.stringify(headers))
    }
    assert.equal((await confirm(ticket)).status < 400, true)
  })

  test('a page escapes its ticket, and forbids scripts and frames', async () => {
    await makeUser("<b>'x&y'@local.example".replaceAll(/[<>]/g, ''))
    const page = await server.send(`/u/reset-verify?ticket="><script>alert(1)</script>`)
    assert.doesNotMatch(page.text, /<script/)
    assert.match(String(page.headers.get('content-security-policy')), /default-src 'none'.*frame-ancestors 'none'/)
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  })

  test("a ticket's result_url is an http(s) URL, never a script", async () => {
    const id = await makeUser('result-url@local.example')
    for (const result_url of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      ' javascript:alert(1)',
      'java\tscript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '//evil.example',
      '/relative',
      'https://x.example/\r\nSet-Cookie: a=b',
    ]) {
      const made = await server.api('POST', 'tickets/password-change', { user_id: decodeURIComponent(id), result_url })
      if (made.status === 404) continue
      if (made.status < 300) {
        const ticket = ticketIn(made.text)
        const answer = await confirm(ticket)
        const location = answer.headers.get('location') ?? ''
        assert.doesNotMatch(location, /^\s*(javascript|data|vbscript|file):/i, result_url)
        assert.doesNotMatch(location, /^\/\//)
        assert.equal(answer.headers.get('set-cookie'), null)
      } else assert.equal(made.status, 400, `${result_url}: ${made.text}`)
    }
  })
})
