import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { type ScriptCaller, startScriptSandbox } from './script-caller.ts'

type Person = Record<string, unknown> & { email: string; password: string }
type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void

const password = `sécret: \u{1F6A3} "x"`
const people: Person[] = [
  {
    id: 42,
    email: 'Ada@Example.org',
    password,
    email_verified: true,
    name: 'Ada Lovelace',
    nickname: '',
    picture: 7,
    user_metadata: { theme: 'dark' },
    app_metadata: ['no object'],
    password_hash: '$2b$10$secret',
  },
  { user_id: 'u/ß', email: 'münchen+a/b?c#d%@example.org', password: 'p' },
  { id: 3, email: 'gone@example.org', password: 'p', blocked: true },
  { id: 4, email: 'one@example.org', password: 'p', blocked: 1 },
  { id: 5, email: 'text@example.org', password: 'p', blocked: 'true' },
  { id: 6, email: 'odd@example.org', password: 'p', blocked: 'until May' },
  { email: 'no-id@example.org', password: 'p' },
]
const ada = {
  user_id: '42',
  email: 'Ada@Example.org',
  email_verified: true,
  name: 'Ada Lovelace',
  user_metadata: { theme: 'dark' },
}

function find(email: unknown): Person | undefined {
  return people.find((person) => person.email.toLowerCase() === String(email).toLowerCase())
}

function answer(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

function withoutPassword(person: Person): Record<string, unknown> {
  return { ...person, password: undefined }
}

const answerJson: Handler = (request, body, response) => {
  const sent = JSON.parse(body) as { email: string; password: string }
  if (request.method !== 'POST' || request.headers['x-api-key'] !== 'key-1') return answer(response, 403)
  const person = find(sent.email)
  if (!person) return answer(response, 404, { error: 'unknown' })
  if (request.url === '/api/get_user') return answer(response, 200, withoutPassword(person))
  if (person.password !== sent.password) return answer(response, 401, { id: person['id'] })
  return answer(response, 200, withoutPassword(person))
}

const answerBasic: Handler = (request, _body, response) => {
  const [scheme, encoded] = (request.headers.authorization ?? '').split(' ')
  const credentials = Buffer.from(encoded ?? '', 'base64').toString()
  const user = credentials.slice(0, credentials.indexOf(':'))
  const secret = credentials.slice(credentials.indexOf(':') + 1)
  if (request.method !== 'GET' || scheme !== 'Basic') return answer(response, 400)
  if (request.url === '/api/profile') {
    const person = find(user)
    if (person?.password !== secret) return answer(response, 401)
    return answer(response, 200, withoutPassword(person))
  }
  if (user !== 'wherry' || secret !== 'look:up') return answer(response, 401)
  const person = find(decodeURIComponent(request.url?.replace('/api/users-by-email/', '') ?? ''))
  return person ? answer(response, 200, withoutPassword(person)) : answer(response, 404)
}

const templates: { id: string; settings: Record<string, string>; handle: Handler; wrong_subject: string | null }[] = [
  { id: 'json-web-service', settings: { API_KEY: 'key-1' }, handle: answerJson, wrong_subject: '42' },
  {
    id: 'basic-auth-web-service',
    settings: { LOOKUP_USER: 'wherry', LOOKUP_PASSWORD: 'look:up' },
    handle: answerBasic,
    // The service reports only that the credentials are wrong.
    wrong_subject: null,
  },
]

let base_url: string
let handle: Handler
let calls = 0
const server = createServer((request, response) => {
  calls += 1
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => handle(request, Buffer.concat(chunks).toString(), response))
})
const sandbox = startScriptSandbox()

function caller(id: string, configuration: Record<string, string>): Promise<ScriptCaller> {
  return sandbox.connect(id, { BASE_URL: base_url, ...configuration })
}

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`
})
after(async () => {
  await sandbox.close()
  server.closeAllConnections()
  server.close()
})

for (const template of templates) {
  const { id, settings } = template

  test(`${id}: both scripts return the same selected fields, and nothing else of the answer`, async () => {
    handle = template.handle
    const scripts = await caller(id, settings)
    assert.deepEqual(await scripts.login('ada@example.org', password), { profile: ada })
    assert.deepEqual(await scripts.getUser('ada@example.org'), { profile: ada })
    const odd = { user_id: 'u/ß', email: 'münchen+a/b?c#d%@example.org', email_verified: false }
    assert.deepEqual(await scripts.login(odd.email, 'p'), { profile: odd })
    assert.deepEqual(await scripts.getUser(odd.email), { profile: odd })
  })

  test(`${id}: wrong passwords and unknown users are wrong credentials, an unknown address is no user`, async () => {
    handle = template.handle
    const scripts = await caller(id, settings)
    const wrong = await scripts.login('ada@example.org', 'x')
    assert.equal(wrong.error?.name, 'WrongUsernameOrPasswordError')
    assert.equal(wrong.error.subject, template.wrong_subject)
    const unknown = await scripts.login('nobody@example.org', 'x')
    assert.equal(unknown.error?.name, 'WrongUsernameOrPasswordError')
    assert.equal(unknown.error.subject, null)
    assert.deepEqual(await scripts.getUser('nobody@example.org'), { profile: null })
  })

  test(`${id}: a blocked user is reported in each form of the flag, a user without id is an error [guard: web-service-flags-read]`, async () => {
    handle = template.handle
    const scripts = await caller(id, settings)
    for (const email of ['gone@example.org', 'one@example.org', 'text@example.org']) {
      for (const result of [await scripts.login(email, 'p'), await scripts.getUser(email)]) {
        assert.equal(result.profile?.['blocked'], true, email)
      }
    }
    for (const result of [await scripts.login('odd@example.org', 'p'), await scripts.getUser('odd@example.org')]) {
      assert.match(result.error?.message ?? '', /^blocked is neither true nor false .* a text of 9 characters/)
    }
    for (const result of [await scripts.login('no-id@example.org', 'p'), await scripts.getUser('no-id@example.org')]) {
      assert.equal(result.error?.message, 'the legacy service answered without an id')
    }
  })

  test(`${id}: answers that are not a profile are errors, never "no such user"`, async () => {
    const scripts = await caller(id, settings)
    const cases: [status: number, type: string, body: string, message: RegExp][] = [
      [200, 'text/html', '<html>Welcome</html>', /did not answer in JSON/],
      [200, 'application/json', '', /without an id/],
      [200, 'application/json', 'null', /without an id/],
      [200, 'application/json', '[{"id":1}]', /without an id/],
      [200, 'application/json', '{"id":{}}', /without an id/],
      [200, 'application/json', '{"id":" "}', /without an id/],
      [204, 'application/json', '', /status 204/],
      [403, 'application/json', '{}', /status 403/],
      [500, 'application/json', '{}', /status 500/],
    ]
    for (const [status, type, body, message] of cases) {
      handle = (_request, _body, response) => {
        response.writeHead(status, { 'content-type': type })
        response.end(body)
      }
      for (const result of [await scripts.login('ada@example.org', 'x'), await scripts.getUser('ada@example.org')]) {
        assert.equal(result.error?.name, 'Error', `${status} ${body}`)
        assert.match(result.error.message, message)
        assert.equal(result.error.outcome, 'script_error')
      }
    }
    handle = (_request, _body, response) => {
      response.writeHead(404, { 'content-type': 'text/html' })
      response.end('<h1>404 Not Found</h1>')
    }
    assert.equal((await scripts.getUser('ada@example.org')).error?.name, 'Error')
    assert.equal((await scripts.login('ada@example.org', 'x')).error?.name, 'Error')
  })

  test(`${id}: a redirect is not followed`, async () => {
    handle = (_request, _body, response) => {
      response.writeHead(307, { location: `${base_url}elsewhere` })
      response.end()
    }
    const scripts = await caller(id, settings)
    const calls_before = calls
    assert.match((await scripts.login('ada@example.org', 'x')).error?.message ?? '', /status (307|0)/)
    assert.equal(calls - calls_before, 1)
  })

  test(`${id}: an overloaded, silent or absent service is an outage by its code`, async () => {
    const scripts = await caller(id, settings)
    for (const status of [429, 502, 503, 504]) {
      handle = (_request, _body, response) => answer(response, status, {})
      assert.equal((await scripts.login('ada@example.org', 'x')).error?.outcome, 'legacy_unreachable')
      assert.equal((await scripts.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
    }
    handle = (_request, _body, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    const [login, lookup] = await Promise.all([
      scripts.login('ada@example.org', 'x'),
      scripts.getUser('ada@example.org'),
    ])
    assert.equal(login.error?.outcome, 'legacy_timeout')
    assert.equal(lookup.error?.outcome, 'legacy_timeout')
    const absent = await caller(id, { ...settings, BASE_URL: `http://127.0.0.1:${await freePort()}/` })
    assert.equal((await absent.login('ada@example.org', 'x')).error?.outcome, 'legacy_unreachable')
    assert.equal((await absent.getUser('ada@example.org')).error?.outcome, 'legacy_unreachable')
  })
}

test('basic-auth-web-service: an identifier with a colon is unknown, and refused look-up credentials are an error', async () => {
  handle = answerBasic
  const scripts = await caller('basic-auth-web-service', { LOOKUP_USER: 'wherry', LOOKUP_PASSWORD: 'wrong' })
  const calls_before = calls
  assert.equal((await scripts.login('ada@example.org:x', 'y')).error?.subject, null)
  assert.equal(calls, calls_before)
  assert.match((await scripts.getUser('ada@example.org')).error?.message ?? '', /status 401/)
})

test('json-web-service: a refused key is an error, and the field of the identifier can be set', async () => {
  handle = answerJson
  const refused = await caller('json-web-service', { API_KEY: 'wrong' })
  assert.match((await refused.getUser('ada@example.org')).error?.message ?? '', /status 403/)
  let sent = ''
  handle = (_request, body, response) => {
    sent = body
    answer(response, 404)
  }
  const scripts = await caller('json-web-service', { API_KEY: 'key-1', IDENTIFIER_FIELD: 'login' })
  await scripts.login('ada', 'x')
  assert.deepEqual(JSON.parse(sent), { login: 'ada', password: 'x' })
})
