import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { bearer, member, objects, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

// Far more than these requests take, and far less than unbounded ones would take.
const bound_ms = 4000

let server: TestServer
let client: TestClient
let user: string
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  await server.createConnection('local', {}, [client])
  const user_id = await server.createUser('local', {
    email: 'rich@local.example',
    password: 'Right-one-1',
    app_metadata: { a: Array.from({ length: 150 }, () => ({ b: Array.from({ length: 150 }, () => ({ c: 1 })) })) },
  })
  user = `users/${encodeURIComponent(user_id)}`
})
after(async () => await server.close())

// A script has its own deadline, and its process has to start.
const script_bound_ms = 15_000

async function bounded(work: () => Promise<Answer>, most_ms = bound_ms): Promise<Answer> {
  const started = performance.now()
  const answer = await work()
  const ms = performance.now() - started
  assert.ok(ms < most_ms, `it took ${Math.round(ms)} ms`)
  return answer
}

const raw = async (method: string, path: string, body: string): Promise<Answer> =>
  await server.send(`/api/v2/${path}`, {
    method,
    headers: { ...bearer(await server.managementToken()), 'content-type': 'application/json' },
    body,
  })

describe('expensive searches', () => {
  const searches: [string, string, number][] = [
    ['ten thousand clauses', Array(10_000).fill('email:a').join(' OR '), 431],
    ['sixty clauses', Array(60).fill('email:a').join(' OR '), 400],
    ['many looks deep into metadata', Array(45).fill('app_metadata.a.b.c.d:2').join(' OR '), 400],
    ['many looks into metadata', Array(45).fill('app_metadata.a:*xxxxxxxxxxx*').join(' OR '), 400],
    ['one look into six members', 'app_metadata.a.b.c.d.e.f:1', 200],
    ['one look into eight members', 'app_metadata.a.b.c.d.e.f.g.h:1', 400],
    ['nine hundred wildcards', `email:${'*a'.repeat(900)}b`, 200],
    ['a wildcard alone at the beginning', 'email:*a', 400],
    ['fifty open parentheses', '('.repeat(50), 400],
    ['sixty nested parentheses', `${'('.repeat(60)}a${')'.repeat(60)}`, 400],
    ['ten nested parentheses', `${'(a OR '.repeat(9)}b${')'.repeat(9)}`, 200],
    ['a regular expression', 'email:/(a+)+$/', 400],
    ['backslashes', '\\'.repeat(1900), 200],
    ['quotes', '"'.repeat(1901), 400],
    ['a NUL character', 'email:a\u0000', 400],
    ['half a surrogate pair', 'email:\ud800', 200],
  ]
  const search = async (q: string): Promise<Answer> =>
    await server.send(`/api/v2/users?q=${encodeURIComponent(q.toWellFormed())}`, {
      headers: bearer(await server.managementToken()),
    })
  for (const [what, q, status] of searches) {
    test(`${what}: answered in bounded time`, async () => {
      const answer = await bounded(() => search(q))
      assert.equal(answer.status, status, answer.text.slice(0, 200))
    })
  }

  test('quotes and SQL in names and values of members are not executed', async () => {
    for (const odd of [
      `app_metadata.a'b:1`,
      `app_metadata.a\\"b:1`,
      `app_metadata.$\\[0\\]:1`,
      `user_metadata.a\\'\\)\\ OR\\ 1=1--:1`,
      `email:a\\'\\ OR\\ 1=1--`,
      `identities.connection:x\\'\\ OR\\ \\'1\\'=\\'1`,
      `_exists_:app_metadata.x\\'`,
      `__proto__:1`,
      `constructor:1`,
      `toString:1`,
    ]) {
      const answer = await server.api('GET', `users?q=${encodeURIComponent(odd)}`)
      assert.ok(answer.status === 400 || (answer.status === 200 && answer.text === '[]'), `${odd}: ${answer.text}`)
    }
  })

  test('sorting by an unknown field is refused', async () => {
    for (const sort of [
      '__proto__:1',
      'constructor:1',
      'password_hash:1',
      'users.email:1',
      'email;drop:1',
      'email:2',
    ]) {
      assert.equal((await server.api('GET', `users?sort=${encodeURIComponent(sort)}`)).status, 400, sort)
    }
  })

  test('pages beyond the end and invalid checkpoints are answered in bounded time', async () => {
    for (const path of [
      'users?page=1000000000',
      'users?page=-1',
      'users?per_page=100000',
      'users?page=1e9',
      'logs?page=99999999999999999999',
      'logs?per_page=-5',
      'clients?from=%00&take=5',
      'connections?take=0',
      'tenants?take=101',
    ]) {
      const { status, text } = await bounded(() => server.api('GET', path))
      assert.equal(status, 400, `${path}: ${text.slice(0, 100)}`)
    }
    assert.equal((await bounded(() => server.api('GET', 'users?page=9999999&per_page=100'))).status, 400)
    assert.equal((await bounded(() => server.api('GET', 'connections?from=nonsense&take=5'))).status < 500, true)
  })
})

describe('harmful bodies', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const bodies: [string, string][] = [
    ['a prototype', '{"app_metadata":{"__proto__":{"isAdmin":true}}}'],
    ['a constructor', '{"app_metadata":{"constructor":{"prototype":{"isAdmin":true}}}}'],
    ['an escaped prototype', '{"app_metadata":{"\\u005f_proto__":{"isAdmin":true}}}'],
    ['a root prototype', '{"__proto__":{"blocked":true}}'],
    ['41 levels', `{"app_metadata":${nested(41)}}`],
    ['a hundred thousand levels', `{"app_metadata":${nested(100_000)}}`],
    ['a megabyte', JSON.stringify({ app_metadata: { text: 'x'.repeat(1_000_000) } })],
    [
      'sixty thousand members',
      JSON.stringify({ user_metadata: Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, n])) }),
    ],
    [
      'sixty thousand unknown members',
      JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, n]))),
    ],
    ['a NUL character', '{"app_metadata":{"a":"\\u0000"}}'],
    ['half a surrogate pair', '{"app_metadata":{"\\ud800":1}}'],
    ['a number beyond all', '{"app_metadata":1e999}'],
  ]
  for (const [what, body] of bodies) {
    test(`${what}: refused`, async () => {
      const answer = await bounded(() => raw('PATCH', user, body))
      assert.equal(answer.status, 400, answer.text.slice(0, 200))
      assert.ok(answer.text.length < 2000)
    })
  }

  test('the size of metadata is bounded over many changes', async () => {
    const statuses: number[] = []
    for (let round = 0; round < 5; round += 1) {
      statuses.push(
        (await server.api('PATCH', user, { user_metadata: { [`part${round}`]: 'x'.repeat(100_000) } })).status,
      )
    }
    assert.deepEqual(statuses, [200, 200, 400, 400, 400])
    const { text } = await server.api('GET', user)
    assert.ok(text.length < 600_000, `${text.length}`)
  })

  test('an id that is empty without its prefix is refused', async () => {
    for (const user_id of ['', 'auth0|', ' ', 'a b', 'a\nb', 'x'.repeat(256)]) {
      const made = await server.api('POST', 'users', {
        connection: 'local',
        email: `${Math.random()}@local.example`,
        password: 'Right-one-1',
        user_id,
      })
      assert.equal(made.status, 400, JSON.stringify(user_id))
    }
  })

  test('the refused bodies changed nothing', async () => {
    const shown = await server.must('GET', user)
    assert.equal(member(shown, 'isAdmin'), undefined)
    assert.equal(Reflect.get({}, 'isAdmin'), undefined)
    assert.equal(member(shown, 'blocked'), false)
  })
})

describe('profiles that a hostile script returns', () => {
  const profiles: [string, string, 'moves' | 'refused'][] = [
    [
      'prototype',
      `JSON.parse('{"user_id":"proto","email":"NAME","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"app_metadata":{"__proto__":{"isAdmin":true},"kept":1},"user_metadata":{"a":{"__proto__":{"isAdmin":true}}}}'.replace('NAME', name))`,
      'moves',
    ],
    [
      'own-fields',
      `({ user_id: 'own', email: name, identities: [{ user_id: 'victim' }], logins_count: 9, last_ip: '::', tenant_id: 'ten_x', connection_id: 'con_x', created_at: 'never', password_hash: '$2b$10$x', blocked: false })`,
      'moves',
    ],
    [
      'many',
      `Object.assign({ user_id: 'many', email: name }, Object.fromEntries(Array.from({ length: 8000 }, (_, n) => ['k' + n, n])))`,
      'moves',
    ],
    ['huge', `({ user_id: 'huge', email: name, nickname: 'x'.repeat(1024 * 1024) })`, 'refused'],
    [
      'keys',
      `Object.assign({ user_id: 'keys', email: name }, Object.fromEntries(Array.from({ length: 100000 }, (_, n) => ['k' + n, n])))`,
      'refused',
    ],
    [
      'deep',
      `({ user_id: 'deep', email: name, app_metadata: JSON.parse('{"a":'.repeat(1000) + '1' + '}'.repeat(1000)) })`,
      'refused',
    ],
    ['getter', `({ user_id: 'getter', get email() { throw new Error('boo') } })`, 'refused'],
    ['tojson', `({ toJSON() { return { user_id: 'tojson', email: 'victim@other.example' } } })`, 'moves'],
    ['inexact', `({ user_id: 9007199254740993, email: name })`, 'refused'],
    ['fraction', `({ user_id: 1.5, email: name })`, 'refused'],
    ['array', `[{ user_id: 'array', email: name }]`, 'refused'],
    ['nul', `({ user_id: 'n\\u0000l', email: name })`, 'refused'],
    ['lines', `({ user_id: 'li\\r\\nnes', email: name })`, 'refused'],
    ['mail-lines', `({ user_id: 'mail', email: 'a@b.example\\r\\nBcc: everybody@x.example' })`, 'refused'],
  ]
  let connection_id: string
  before(async () => {
    const cases = profiles.map(([name, source]) => `'${name}': (name) => ${source}`).join(',\n')
    const login = `function login(name, password, callback) {
      const answers = { ${cases} }
      callback(null, answers[name.split('@')[0]](name))
    }`
    connection_id = await server.createConnection(
      'hostile',
      {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: { login, get_user: 'function g(name, callback) { callback(null) }' },
      },
      [client],
    )
  })

  for (const [name, , end] of profiles) {
    test(`${name}: ${end === 'moves' ? 'its valid part moves' : 'refused, and no user is created'}`, async () => {
      const answer = await bounded(
        () => server.login(client, 'hostile', `${name}@hostile.example`, 'any'),
        script_bound_ms,
      )
      assert.equal(answer.status, end === 'moves' ? 200 : 500, answer.text.slice(0, 200))
      const users = objects(await server.must('GET', `users?q=${encodeURIComponent(`identities.connection:hostile`)}`))
      const made = users.find(
        (one) => String(one['user_id']) === `auth0|${name.replace('own-fields', 'own').replace('prototype', 'proto')}`,
      )
      assert.equal(made !== undefined, end === 'moves')
    })
  }

  test('the profiles changed no prototype and no system field', async () => {
    assert.equal(Reflect.get({}, 'isAdmin'), undefined)
    const proto = await server.must('GET', 'users/auth0%7Cproto')
    assert.deepEqual(member(proto, 'app_metadata'), { kept: 1 })
    assert.doesNotMatch(JSON.stringify(proto), /isAdmin|__proto__/)
    const own = (await server.must('GET', 'users/auth0%7Cown')) as JsonObject
    assert.equal(own['logins_count'], 1)
    assert.notEqual(own['last_ip'], '::')
    assert.doesNotMatch(JSON.stringify(own), /ten_x|con_x|victim|\$2b\$/)
    assert.equal((await server.records(connection_id)).length > 0, true)
  })
})
