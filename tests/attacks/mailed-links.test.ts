import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, send, startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'

const password = 'Right-one-1'
const chosen = 'Attacker-chose-1'

describe('mailed links in the wrong hands, or at the wrong time', () => {
  let house: TestHouse
  let client: TestClient
  let legacy_id: string
  // What the legacy store knows; get_user looks it up letter by letter and says what is written here.
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
    house = await startHouse()
    client = await house.createClient()
    await house.createConnection('local', {}, [client])
    legacy_id = await house.createConnection('legacy', options(directory), [client])
  })
  after(async () => await house.close())

  const ask = async (connection: string, email: string): Promise<JsonObject | undefined> => {
    const seen = new Set((await house.outbox()).map((mail) => mail['id']))
    const answer = await house.post('dbconnections/change_password', { client_id: client.client_id, connection, email })
    assert.equal(answer.status, 200)
    return (await house.outbox()).find((mail) => !seen.has(mail['id']))
  }
  const ticketIn = (mail: JsonObject | undefined): string =>
    /ticket=([A-Za-z0-9]{32})/.exec(String(mail?.['text']))?.[1] ?? ''
  const confirm = (ticket: string, headers: Record<string, string> = {}): Promise<Answer> =>
    send(new URL('u/reset-password', house.issuer).href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ ticket, password: chosen, password_repeat: chosen }).toString(),
    })
  const makeUser = async (email: string, more: JsonObject = {}): Promise<string> =>
    encodeURIComponent(
      String(
        member(
          await house.must('POST', 'users', { connection: 'local', email, password, email_verified: true, ...more }),
          'user_id',
        ),
      ),
    )

  for (const typed of Object.keys(directory).filter((name) => name !== 'reused@legacy.example')) {
    test(`no mail goes anywhere but to what was typed: ${typed}`, async () => {
      assert.equal(await ask('legacy', typed), undefined)
    })
  }

  test('a link ends when the user gets another address', async () => {
    const id = await makeUser('old@local.example')
    const ticket = ticketIn(await ask('local', 'old@local.example'))
    assert.equal(ticket.length, 32)
    await house.must('PATCH', `users/${id}`, { email: 'new@local.example' })
    assert.equal((await confirm(ticket)).status, 400)
    assert.equal((await house.login(client, 'local', 'new@local.example', chosen)).status, 403)
  })

  test('a link ends with its user, also when another gets the address and the id', async () => {
    const id = await makeUser('gone@local.example', { user_id: 'same-id' })
    const ticket = ticketIn(await ask('local', 'gone@local.example'))
    await house.must('DELETE', `users/${id}`)
    await makeUser('gone@local.example', { user_id: 'same-id' })
    assert.equal((await confirm(ticket)).status, 400)
    assert.equal((await house.login(client, 'local', 'gone@local.example', password)).status, 200)
  })

  test('a link that was mailed before a deletion does not raise the dead, nor open who has the legacy id by then', async () => {
    const ticket = ticketIn(await ask('legacy', 'reused@legacy.example'))
    assert.equal(ticket.length, 32)
    assert.equal((await house.login(client, 'legacy', 'reused@legacy.example', password)).status, 200)
    await house.must('DELETE', 'users/auth0%7Creused')
    assert.equal((await confirm(ticket)).status, 400)
    assert.equal((await house.login(client, 'legacy', 'reused@legacy.example', chosen)).status, 403)
    // The legacy store gives the id to somebody else.
    const next = { 'next@legacy.example': { user_id: 'reused', email: 'next@legacy.example' } }
    await house.must('PATCH', `connections/${legacy_id}`, { options: options({ ...directory, ...next }) })
    assert.equal(await ask('legacy', 'next@legacy.example'), undefined)
    assert.equal((await house.login(client, 'legacy', 'next@legacy.example', password)).status, 403)
  })

  test('a new password does not let a blocked user in', async () => {
    const id = await makeUser('barred@local.example')
    const ticket = ticketIn(await ask('local', 'barred@local.example'))
    await house.must('PATCH', `users/${id}`, { blocked: true })
    await confirm(ticket)
    const answer = await house.login(client, 'local', 'barred@local.example', chosen)
    assert.equal(answer.status, 403, answer.text)
  })

  test('a link is no verification, a verification no link, and neither makes an admin', async () => {
    await makeUser('kinds@local.example')
    const ticket = ticketIn(await ask('local', 'kinds@local.example'))
    for (const page of ['email-verification', 'admin-setup']) {
      const answer = await send(new URL(`u/${page}`, house.issuer).href, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          ticket,
          email: 'evil@x.example',
          password: 'Attacker-chose-12',
          password_repeat: 'Attacker-chose-12',
        }).toString(),
      })
      assert.equal(answer.status, 400, page)
    }
    const admin = new URL(house.first_run.admin_setup_url).searchParams.get('ticket') ?? ''
    assert.equal((await confirm(admin)).status, 400)
    assert.equal((await confirm(ticket)).status < 400, true)
  })

  test('guessing tickets, near misses and odd ones are all answered alike', async () => {
    await makeUser('near@local.example')
    const ticket = ticketIn(await ask('local', 'near@local.example'))
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
      const { status, text } = await send(
        new URL(`u/reset-verify?ticket=${encodeURIComponent(guess)}`, house.issuer).href,
      )
      assert.equal(status, 400, guess)
      answers.push(text)
    }
    assert.equal(new Set(answers).size, 1)
    assert.equal((await send(new URL(`u/reset-verify?ticket=${ticket}`, house.issuer).href)).status, 200)
  })

  test('a form from another site, in any disguise, changes nothing', async () => {
    await makeUser('forms@local.example')
    const ticket = ticketIn(await ask('local', 'forms@local.example'))
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: `${house.issuer.slice(0, -1)}.evil.example` },
      { origin: house.issuer.slice(0, -1).replace('http:', 'https:') },
      { 'sec-fetch-site': 'cross-site', origin: house.issuer.slice(0, -1) },
      { 'sec-fetch-site': 'same-site', origin: house.issuer.slice(0, -1) },
    ] as Record<string, string>[]) {
      assert.equal((await confirm(ticket, headers)).status, 403, JSON.stringify(headers))
    }
    assert.equal((await confirm(ticket)).status < 400, true)
  })

  test('a page shows what was mailed as text, whatever it holds, and can be framed by nobody', async () => {
    await makeUser("<b>'x&y'@local.example".replaceAll(/[<>]/g, ''))
    const page = await send(new URL(`u/reset-verify?ticket="><script>alert(1)</script>`, house.issuer).href)
    assert.doesNotMatch(page.text, /<script/)
    assert.match(String(page.headers.get('content-security-policy')), /default-src 'none'.*frame-ancestors 'none'/)
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  })

  test('an ordered ticket leads to web addresses only, and never off to a script', async () => {
    const id = await makeUser('ordered@local.example')
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
      const made = await house.api('POST', 'tickets/password-change', { user_id: decodeURIComponent(id), result_url })
      if (made.status === 404) continue
      if (made.status < 300) {
        const ticket = /ticket=([A-Za-z0-9]{32})/.exec(made.text)?.[1] ?? ''
        const answer = await confirm(ticket)
        const location = answer.headers.get('location') ?? ''
        assert.doesNotMatch(location, /^\s*(javascript|data|vbscript|file):/i, result_url)
        assert.doesNotMatch(location, /^\/\//)
        assert.equal(answer.headers.get('set-cookie'), null)
      } else assert.equal(made.status, 400, `${result_url}: ${made.text}`)
    }
  })
})
