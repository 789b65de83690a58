// One person on both sides: how a help desk finds a person, what it sees, and what it may do.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { failures_per_identifier } from '../../src/login/brute-force-protection.ts'
import { callback, requestsOf } from '../oauth/browser-client.ts'
import { createBrowser, formOf } from '../support/browser.ts'
import { member, objects, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'

const people = ['ada', 'bea', 'cy', 'dot'].map((name) => ({
  user_id: name === 'ada' ? '77' : name,
  email: `${name}@legacy.example`,
  given_name: name.toUpperCase(),
  password_hash: '$2b$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
}))

let server: TestServer
let client: TestClient
let id: string

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  const scripts = legacyScripts(people)
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts }
  id = await server.createConnection('legacy', options, [client])
  await server.login(client, 'legacy', 'ada@legacy.example', 'right one')
})
after(async () => await server.close())

const logIn = (name: string, password: string) => server.login(client, 'legacy', `${name}@legacy.example`, password)
const find = async (q: string, more = ''): Promise<Json> =>
  await server.must('GET', `migrations/${id}/people?q=${encodeURIComponent(q)}${more}`)
const onlyPerson = async (q: string): Promise<Json> => {
  const found = objects((await find(q)).people)
  assert.equal(found.length, 1, q)
  return found[0] as Json
}

describe('a person', () => {
  it('who has moved is found by every identifier, with the user, the record and the attempts', async () => {
    assert.equal((await logIn('ada', 'wrong')).status, 403)
    for (const q of ['ada@legacy.example', ' ADA@Legacy.example ', '77', 'auth0|77']) {
      const ada = await onlyPerson(q)
      assert.equal(ada.user.user_id, 'auth0|77', q)
      assert.deepEqual([ada.record.state, ada.record.legacy_id], ['migrated', '77'])
      assert.equal(ada.record.history.at(-1).to_state, 'migrated')
      assert.equal(ada.link_address, 'ada@legacy.example')
      const [failed, moved] = objects(ada.attempts)
      assert.deepEqual(
        [failed?.['outcome'], failed?.['shown_text'], moved?.['outcome']],
        ['wrong_password', 'Wrong email or password.', 'moved'],
      )
    }
    assert.deepEqual((await find('nobody@legacy.example')).people, [])
  })

  it('who has not moved is found by the failures, with the text that was shown, and unlocked', async () => {
    for (let nth = 0; nth < failures_per_identifier; nth += 1) await logIn('bea', `guess ${nth}`)
    assert.equal((await logIn('bea', 'right one')).status, 429)
    const bea = await onlyPerson('bea@legacy.example')
    assert.deepEqual([bea.user, bea.record.state], [undefined, 'seen'])
    assert.deepEqual(
      objects(bea.locks).map((lock) => lock['connection']),
      ['legacy', 'legacy'],
    )
    assert.match(String(member(objects(bea.attempts)[0], 'shown_text')), /blocked after multiple/)
    await server.must('POST', `migrations/${id}/people/unlock`, { record_id: bea.record.record_id })
    assert.deepEqual((await onlyPerson('bea@legacy.example')).locks, [])
    assert.equal((await logIn('bea', 'right one')).status, 200)
  })

  it('is found by the reference code of a failure page, with what the page said', async () => {
    const app = await server.createClient({ grant_types: ['authorization_code'], callbacks: [callback] })
    await server.enableClient(id, app)
    const browser = createBrowser(server)
    const page = await browser.open(requestsOf(server, app).authorize())
    const failed = await browser.submit(formOf(page), { username: 'cy@legacy.example', password: 'wrong' })
    assert.equal(failed.status, 403)
    const [, reference = ''] = /\b([2-9A-HJ-NP-Z]{8})\b/.exec(failed.text) ?? []
    for (const q of [reference, reference.toLowerCase()]) {
      const cy = await onlyPerson(q)
      const attempt = objects(cy.attempts).find((each) => each['reference'] === reference)
      assert.equal(attempt?.['outcome'], 'wrong_password')
      assert.ok(failed.text.includes(String(attempt?.['shown_text'])))
    }
    assert.deepEqual((await find('ABCDEFGH')).people, [])
  })

  it('is looked up in the legacy store once, which is logged, without secrets', async () => {
    const { people: found, legacy } = await find('dot@legacy.example', '&include_legacy_profile=true')
    assert.deepEqual(found, [])
    assert.equal(legacy.outcome, 'found')
    assert.deepEqual([legacy.profile.user_id, legacy.profile.given_name], ['auth0|dot', 'DOT'])
    assert.doesNotMatch(JSON.stringify(legacy), /\$2b\$|hash/)
    const [event] = await server.logs('type:sapi')
    assert.equal(event?.['description'], 'Find a person, here and in the legacy store')
    const down = await find('down@legacy.example', '&include_legacy_profile=true')
    assert.equal(down.legacy.outcome, 'legacy_unreachable')
    assert.deepEqual(
      objects((await server.must('GET', `migrations/${id}/records`)).records).filter(
        (each) => each['legacy_id'] === 'dot',
      ),
      [],
    )
    const local = await server.createConnection('local', {}, [])
    const refused = await server.api('GET', `migrations/${local}/people?q=a&include_legacy_profile=true`)
    assert.equal(refused.status, 400)
  })

  it('gets a link at the address on record, moved or not, and a request names no address', async () => {
    const cy = await onlyPerson('cy@legacy.example')
    const sent = await server.must('POST', `migrations/${id}/people/send-link`, { record_id: cy.record.record_id })
    assert.deepEqual(sent, { sent_to: 'cy@legacy.example' })
    assert.equal((await server.outbox('cy@legacy.example')).length, 1)
    await server.must('POST', `migrations/${id}/people/send-link`, { user_id: 'auth0|77' })
    assert.equal((await server.outbox('ada@legacy.example')).length, 1)
    const elsewhere = { user_id: 'auth0|77', email: 'eve@example.org' }
    assert.equal((await server.api('POST', `migrations/${id}/people/send-link`, elsewhere)).status, 400)
    const unknown = await server.api('POST', `migrations/${id}/people/send-link`, { user_id: 'auth0|78' })
    assert.equal(unknown.status, 404)
  })
})

it('a token with read:people finds people and changes nothing [guard: people-scopes]', async () => {
  const path = `migrations/${id}/people`
  const token = String(member((await server.requestToken('read:people')).json, 'access_token'))
  const send = (method: string, url: string, body?: unknown) =>
    server.send(`/api/v2/${url}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    })
  assert.equal((await send('GET', `${path}?q=77`)).status, 200)
  assert.equal((await send('POST', `${path}/unlock`, { user_id: 'auth0|77' })).status, 403)
  assert.equal((await send('POST', `${path}/send-link`, { user_id: 'auth0|77' })).status, 403)
  assert.equal((await send('GET', `migrations/${id}/records`)).status, 403)
})
