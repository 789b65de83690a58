import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient
const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['password', 'client_credentials', 'refresh_token'] })
  await server.createConnection('users', {}, [client])
  await server.must('PATCH', 'tenants/settings', { default_directory: 'users' })
})

after(() => server.close())

const paths = ['/oauth/token', '/oauth/revoke', '/dbconnections/signup', '/dbconnections/change_password']

async function raw(path: string, content_type: string | undefined, body: string | Buffer | undefined): Promise<Answer> {
  return await server.send(path, {
    method: 'POST',
    headers: content_type === undefined ? {} : { 'content-type': content_type },
    ...(body === undefined ? {} : { body }),
  })
}

async function counts(): Promise<object> {
  const count = async (table: 'users' | 'refresh_tokens' | 'tickets'): Promise<number> =>
    (await server.internals.db.selectFrom(table).select('tenant_id').execute()).length
  return { users: await count('users'), refresh_tokens: await count('refresh_tokens'), tickets: await count('tickets') }
}

const bodies: [string, string | undefined, string | Buffer | undefined][] = [
  ['no body', undefined, undefined],
  ['an empty JSON body', json, ''],
  ['an empty form', form, ''],
  ['an empty object', json, '{}'],
  ['half an object', json, '{"grant_type":"pass'],
  ['an array', json, '[1,2]'],
  ['null', json, 'null'],
  ['a string', json, '"grant_type"'],
  ['a number', json, '42'],
  ['deep JSON', json, '['.repeat(200_000) + ']'.repeat(200_000)],
  ['a deep member', json, `{"grant_type":"password","x":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ['a prototype', json, '{"__proto__":{"grant_type":"password"}}'],
  ['a constructor', json, '{"constructor":{"prototype":{"grant_type":"password"}}}'],
  ['bytes that are no UTF-8', json, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['a form that repeats a parameter', form, 'grant_type=password&grant_type=password&client_id=x&client_id=y'],
  ['a form with broken percent signs', form, 'grant_type=%E0%A4%A&client_id=%'],
  ['XML', 'application/xml', '<a/>'],
  ['multipart', 'multipart/form-data; boundary=x', '--x--'],
  ['too large a body', json, JSON.stringify({ grant_type: 'x'.repeat(1_100_000) })],
]

describe('a malformed body', () => {
  for (const path of paths) {
    for (const [what, content_type, body] of bodies) {
      it(`of ${path} that is ${what} is answered with a 4xx and a reason`, async () => {
        const { status, json: answer } = await raw(path, content_type, body)
        assert.ok(status >= 400 && status < 500, `${status}`)
        assert.equal(typeof (answer.error ?? answer.code), 'string')
        assert.ok((answer.error_description ?? answer.description ?? answer.error).length > 10)
      })
    }
  }
})

const values: [string, unknown][] = [
  ['a number', 7],
  ['true', true],
  ['an object', { a: 1 }],
  ['an array', ['a', 'b']],
  ['a NUL byte', 'a\u0000b'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a huge string', 'x'.repeat(60_000)],
]

const good: Record<string, Record<string, string>> = {
  '/oauth/token': {
    grant_type: 'password',
    username: 'ada@example.com',
    password: 'engine no. 1',
    realm: 'users',
    scope: 'openid',
    audience: 'x',
    client_id: '',
    client_secret: '',
  },
  '/oauth/revoke': { token: 'x', client_id: '', client_secret: '' },
  '/dbconnections/signup': {
    email: 'ada@example.com',
    password: 'Engine no. 1',
    connection: 'users',
    client_id: '',
    username: 'x',
    name: 'x',
    picture: 'https://x.test/',
  },
  '/dbconnections/change_password': { email: 'ada@example.com', connection: 'users', client_id: '' },
}

describe('a parameter of the wrong kind', () => {
  for (const [path, fields] of Object.entries(good)) {
    for (const name of Object.keys(fields)) {
      it(`${name} of ${path} is refused, and nothing is written`, async () => {
        const earlier = await counts()
        for (const [what, value] of values) {
          const { status, json } = await server.post(path, { ...fields, ...client, [name]: value })
          assert.ok(status >= 400 && status < 500, `${what}: ${status}`)
          assert.equal(typeof (json.error ?? json.code), 'string')
        }
        assert.deepEqual(await counts(), earlier)
      })
    }
  }

  it('of a refresh grant is refused', async () => {
    for (const [what, value] of values) {
      const { status } = await server.post('/oauth/token', {
        grant_type: 'refresh_token',
        ...client,
        refresh_token: value,
      })
      assert.ok(status === 400 || status === 403, `${what}: ${status}`)
    }
  })
})

describe('an empty body', () => {
  it('is answered with the name of the missing parameter', async () => {
    for (const content_type of [undefined, json, form]) {
      const { json } = await raw('/oauth/token', content_type, content_type === undefined ? undefined : '')
      assert.equal(json.error_description, 'Missing required parameter: client_id')
    }
  })
})

describe('unknown parameters', () => {
  it('are ignored', async () => {
    const { status, json } = await server.post('/oauth/token', {
      ...client,
      grant_type: 'password',
      username: 'nobody@example.com',
      password: 'x',
      extra: { deep: ['x'] },
      'auth0-client': 7,
    })
    assert.equal(status, 403)
    assert.equal(json.error, 'invalid_grant')
  })
})

describe('the process log', () => {
  it('has no error entry for these requests, and no password', () => {
    assert.deepEqual(
      server.logged().filter((line) => line.level >= 50),
      [],
    )
    assert.ok(!JSON.stringify(server.logged()).includes('engine no. 1'))
  })
})
