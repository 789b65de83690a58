import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { bearer, type Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { sendOddBodies, sendOddQueries } from './odd-input.ts'

const password = 'Compiler no. 1'
let server: TestServer
let token: string

before(async () => {
  server = await startTestServer()
  token = await server.managementToken()
  await server.createConnection('users', {}, [])
})

after(() => server.close())

async function raw(method: string, path: string, body: string | Buffer, type?: string): Promise<Answer> {
  return await server.send(`/api/v2/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) },
    body,
  })
}
const refusal = (answer: Answer): [number, unknown, unknown] => [
  answer.status,
  (answer.json as JsonObject)['errorCode'],
  (answer.json as JsonObject)['message'],
]
const newUser = { connection: 'users', email: 'a@example.com', password }

describe('a body', () => {
  it('is refused for a member that is not in the contract, and nothing is written', async () => {
    assert.deepEqual(await server.refused('POST', 'users', { ...newUser, shoe_size: 43 }), [
      400,
      'invalid_body',
      "Payload validation error: 'Additional properties not allowed: shoe_size'.",
    ])
    assert.deepEqual(await server.must('GET', 'users'), [])
  })

  it('is refused for a wrong type, a missing member or a bad value, naming the property', async () => {
    const cases: readonly (readonly [object, string])[] = [
      [
        { ...newUser, email: 5 },
        "'Expected type string but found type number' on property email (The user's e-mail address)",
      ],
      [{ email: 'a@example.com' }, "'Missing required property: connection'"],
      [{ ...newUser, blocked: 'true' }, "'Expected type boolean but found type string' on property blocked"],
      [{ ...newUser, email: 'a' }, "'String is too short (1 chars), minimum 3' on property email"],
      [
        { ...newUser, email: 'no address' },
        "'An e-mail address has one @ and no spaces: ada@example.com' on property email",
      ],
      [{ ...newUser, user_metadata: [] }, "'Expected type object but found type array' on property user_metadata"],
      [{ ...newUser, name: '' }, "'String is too short (0 chars), minimum 1' on property name"],
      [
        { ...newUser, password: 'x'.repeat(1025) },
        "'String is too long (1025 chars), maximum 1024' on property password",
      ],
    ]
    for (const [body, message] of cases) {
      const refused = await server.refused('POST', 'users', body)
      assert.deepEqual(refused.slice(0, 2), [400, 'invalid_body'])
      assert.ok(refused[2].includes(message), refused[2])
    }
    const options = { name: 'x', strategy: 'auth0', options: { customScripts: { logon: 'x' } } }
    assert.match(
      (await server.refused('POST', 'connections', options))[2],
      /'Additional properties not allowed: logon' on property options\.customScripts/,
    )
    const policy = { name: 'x', strategy: 'auth0', options: { passwordPolicy: 'best' } }
    assert.match(
      (await server.refused('POST', 'connections', policy))[2],
      /'No enum match, expects: none, low, fair, good, excellent' on property options\.passwordPolicy/,
    )
  })

  it('is refused for an address that is no URL, in each property that has one', async () => {
    const connection = { name: 'x', strategy: 'auth0' }
    const cases: readonly (readonly [string, string, object, string])[] = [
      ['POST', 'users', { ...newUser, picture: 'https://[bad/' }, 'picture'],
      ['PATCH', 'tenants/settings', { support_url: 'https://[bad/' }, 'support_url'],
      ['PATCH', 'tenants/settings', { picture_url: 'http://a:b:c' }, 'picture_url'],
      ['PATCH', 'tenants/settings', { default_redirection_uri: 'https://' }, 'default_redirection_uri'],
      [
        'PATCH',
        'tenants/settings',
        { text_message_webhook: { url: 'https://a.example:99999/' } },
        'text_message_webhook.url',
      ],
      ['PATCH', 'branding', { logo_url: 'https://[bad/' }, 'logo_url'],
      ['PATCH', 'branding', { favicon_url: 'https://%zz/' }, 'favicon_url'],
      [
        'POST',
        'connections',
        { ...connection, options: { forgot_password_url: 'https://[bad/' } },
        'options.forgot_password_url',
      ],
      ['POST', 'tickets/password-change', { user_id: 'auth0|x', result_url: 'https://[bad/' }, 'result_url'],
    ]
    for (const [method, path, body, property] of cases) {
      const [status, code, message] = await server.refused(method, path, body)
      assert.deepEqual([status, code], [400, 'invalid_body'], property)
      assert.match(message, new RegExp(`^Payload validation error: '.+' on property ${property} \\(`))
    }
    assert.deepEqual(await server.must('GET', 'branding'), {})
  })

  it('may have an empty text for an address that is removed', async () => {
    await server.must('PATCH', 'tenants/settings', { support_url: 'https://help.example/\u00e4' })
    assert.equal((await server.must('PATCH', 'tenants/settings', { support_url: '' })).support_url, '')
    const refused = await server.refused('PATCH', 'tenants/settings', { support_url: 5 })
    assert.match(refused[2], /'Expected type string but found type number' on property support_url \(URL of support\)/)
  })

  it('never repeats a password in the refusal', async () => {
    const answer = await server.api('POST', 'users', { ...newUser, password: ['Secret-Sauce-1'] })
    assert.equal(answer.status, 400)
    assert.doesNotMatch(answer.text, /Secret-Sauce/)
  })

  it('is refused for NUL characters and lone surrogates anywhere in it', async () => {
    for (const body of [
      { ...newUser, name: 'a\0b' },
      { ...newUser, user_metadata: { deep: [{ er: 'a\0b' }] } },
      { ...newUser, user_metadata: { 'a\0b': 1 } },
    ]) {
      assert.match((await server.refused('POST', 'users', body))[2], /Null characters are not allowed/)
    }
    const half = await raw(
      'POST',
      'users',
      '{"connection":"users","email":"a@example.com","name":"\\ud800"}',
      'application/json',
    )
    assert.match(String(refusal(half)[2]), /not well-formed Unicode/)
    for (const path of ['users/a%00b', 'users?q=a%00b', 'users-by-email?email=a%00b']) {
      assert.equal((await server.refused('GET', path))[0], 400, path)
    }
  })

  it('is refused when it is not JSON, with an error in the form of this API', async () => {
    for (const body of ['{', '{"a":}', 'nonsense', '{"__proto__":{"a":1}}', '"text"', '[]', 'null', '5']) {
      const [status, code] = refusal(await raw('POST', 'users', body, 'application/json'))
      assert.deepEqual([status, code], [400, 'invalid_body'], body)
    }
    for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
      assert.match(String(refusal(await raw('POST', 'users', '', type))[2]), /missing|Missing/, type)
    }
    const as_form = refusal(await raw('POST', 'users', '{"connection":"users"}', 'application/x-www-form-urlencoded'))
    assert.match(String(as_form[2]), /'The body is JSON: send it with the header content-type: application\/json'/)
    assert.equal(
      (await raw('POST', 'users', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 'application/json')).status,
      400,
    )
    const deep = `{"connection":"users","user_metadata":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`
    assert.match(
      String(refusal(await raw('POST', 'users', deep, 'application/json'))[2]),
      /Nested deeper than 40 levels/,
    )
  })

  it('is refused with another content type than JSON or a form', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/jsonp']) {
      assert.deepEqual(
        refusal(await raw('POST', 'users', '{}', type)).slice(0, 2),
        [415, 'unsupported_media_type'],
        type,
      )
    }
  })

  it('is refused above 1 MiB', async () => {
    const body = JSON.stringify({ ...newUser, user_metadata: { a: 'x'.repeat(1_100_000) } })
    assert.equal(refusal(await raw('POST', 'users', body, 'application/json'))[0], 413)
  })

  it('may be a form, in which a repeated field is an array', async () => {
    const form = 'name=form&app_type=spa&callbacks=https%3A%2F%2Fa.test%2F&callbacks=https%3A%2F%2Fb.test%2F'
    const made = await raw('POST', 'clients', form, 'application/x-www-form-urlencoded')
    assert.equal(made.status, 201, made.text)
    assert.deepEqual((made.json as JsonObject)['callbacks'], ['https://a.test/', 'https://b.test/'])
  })

  it('may be a form, whose values are converted to the types of the contract', async () => {
    const form = new URLSearchParams({
      connection: 'users',
      email: 'form@example.com',
      password,
      email_verified: 'true',
    })
    const made = await raw('POST', 'users', form.toString(), 'application/x-www-form-urlencoded')
    assert.equal(made.status, 201)
    assert.equal((made.json as JsonObject)['email_verified'], true)
    const odd = new URLSearchParams({ connection: 'users', email: 'form2@example.com', password, blocked: 'yes' })
    assert.equal((await raw('POST', 'users', odd.toString(), 'application/x-www-form-urlencoded')).status, 400)
  })
})

describe('a query string', () => {
  it('is refused for unknown parameters and values of the wrong type', async () => {
    for (const query of [
      'foo=1',
      'page=-1',
      'page=1.5',
      'page=x',
      'per_page=101',
      'include_totals=1',
      'page=1&page=2',
    ]) {
      const [status, code, message] = await server.refused('GET', `users?${query}`)
      assert.deepEqual([status, code], [400, 'invalid_query_string'], query)
      assert.match(message, /^Query validation error: /)
    }
  })
})

describe('a path', () => {
  it('is refused where it cannot be decoded, and where an id is too long', async () => {
    for (const path of ['%E0%A4%A', '%']) {
      const broken = await server.send(`/api/v2/users/${path}`, { headers: bearer(token) })
      assert.deepEqual(broken.json, {
        statusCode: 400,
        error: 'Bad Request',
        errorCode: 'invalid_uri',
        message: "Path validation error: 'The path cannot be decoded'.",
      })
    }
    const long = await server.send(`/api/v2/users/${'x'.repeat(2500)}`, { headers: bearer(token) })
    assert.deepEqual(refusal(long), [400, 'invalid_uri', "Path validation error: 'A part of the path is too long'."])
    const elsewhere = await server.send('/rest/%')
    assert.equal(elsewhere.status, 400)
    assert.deepEqual(elsewhere.json, {
      error: 'invalid_request',
      error_description: "Path validation error: 'The path cannot be decoded'.",
    })
    assert.equal((await server.refused('GET', `users/${'x'.repeat(1500)}`))[1], 'invalid_uri')
  })
})

describe('every operation', () => {
  it('answers unusual input with a 4xx, never a 500', () => sendOddBodies(server))

  it('answers unusual query strings with a 4xx, never a 500', () => sendOddQueries(server))
})
