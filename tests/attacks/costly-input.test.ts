// Input that costs a stranger little to send, and an unbounded server much to read.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  canonical_identifier_max,
  canonicalIdentifier,
  IdentifierTooLong,
  identifierProblem,
} from '../../src/base/canonical-identifier.ts'
import { readSearch, SearchProblem } from '../../src/base/search-query.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import { open_body_max_bytes, parameters_max } from '../../src/http/input-limits.ts'
import { inputCheck } from '../../src/management/input-check.ts'
import { createAdminApi, type AdminApi } from '../support/admin-api.ts'
import type { Answer, RequestInput, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
/** As many combining marks, which NFKC sorts, as fit in a body; 10,000 take longer than `bound_ms` without a bound. */
const marks = (bytes: number): string => 'a' + '\u0307\u0323'.repeat(Math.floor(bytes / 4))
/** A character that NFKC makes 18 of. */
const ligatures = (bytes: number): string => '\ufdfa'.repeat(Math.floor(bytes / 3))

test('a text is too long to be an identifier before it is normalized [guard: length-before-normalization]', () => {
  assert.equal(canonicalIdentifier(` ${'Q'.repeat(canonical_identifier_max)} `), 'q'.repeat(canonical_identifier_max))
  for (const text of [marks(200_000), ligatures(1_000_000), 'a'.repeat(canonical_identifier_max + 1)]) {
    // The fastest of three: another process may have the core for a moment.
    const times = [1, 2, 3].map(() => {
      const started = performance.now()
      assert.throws(() => canonicalIdentifier(text), IdentifierTooLong)
      assert.equal(identifierProblem(text), 'is longer than 254 characters')
      return performance.now() - started
    })
    assert.ok(Math.min(...times) < 50, times.join())
  }
})

test('a text whose canonical form is too long is no identifier', () => {
  assert.throws(() => canonicalIdentifier('\ufdfa'.repeat(57)), IdentifierTooLong)
  assert.equal(identifierProblem('\ufdfa'.repeat(14)), undefined)
  assert.equal(identifierProblem('\ufdfa'.repeat(15)), 'is longer than 254 characters')
})

describe('a search with groups in groups', () => {
  test('that cannot be read is refused at once [guard: nested-searches]', () => {
    for (const group of ['(NOT ', '( TO =', '(a ', '("x" AND ']) {
      const text = group.repeat(9)
      const started = process.threadCpuUsage()
      for (const end of ['', ')', `a${')'.repeat(8)}`, `:${')'.repeat(9)}`])
        assert.throws(() => readSearch(text + end), SearchProblem, text + end)
      // About a millisecond; `(NOT ` took 7 s.
      assert.ok(process.threadCpuUsage(started).user < 2_000_000, text)
    }
  })

  test('keeps its fields, operators and places', () => {
    const term = (field: string | null, text: string, at: number) =>
      ({ kind: 'term', field, pieces: [text], quoted: false, at }) as const
    assert.deepEqual(readSearch(' NOT (name:(a OR b) AND ((c)))'), {
      kind: 'not',
      of: {
        kind: 'all',
        of: [{ kind: 'any', of: [term('name', 'a', 13), term('name', 'b', 18)] }, term(null, 'c', 27)],
      },
    })
    assert.deepEqual(readSearch('a NOT(b)'), {
      kind: 'any',
      of: [term(null, 'a', 1), { kind: 'not', of: term(null, 'b', 7) }],
    })
    assert.deepEqual(readSearch('\\( c'), { kind: 'any', of: [term(null, '(', 1), term(null, 'c', 4)] })
    for (const text of ['(a', 'a)', '()', '-(a)', '(a)^2', 'a (b OR)', 'x:(a:(b))', `"(" (a`])
      assert.throws(() => readSearch(text), SearchProblem, text)
  })
})

describe('an endpoint that needs no token', () => {
  let server: TestServer
  let admins: AdminApi
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    admins = createAdminApi(server)
    client = await server.createClient()
    await server.createConnection('local', { requires_username: true }, [client])
  })
  after(async () => await server.close())

  const toTenant = (path: string, input: RequestInput): Promise<Answer> => server.send(path, input)
  const toAdmins = (path: string, input: RequestInput): Promise<Answer> => admins.send(path, input)
  const endpoints = [
    ['/oauth/token', toTenant],
    ['/oauth/revoke', toTenant],
    ['/userinfo', toTenant],
    ['/dbconnections/signup', toTenant],
    ['/dbconnections/change_password', toTenant],
    ['/u/reset-password', toTenant],
    ['/u/email-verification', toTenant],
    ['/nothing/here', toTenant],
    ['/oauth/token', toAdmins],
    ['/u/admin-setup', toAdmins],
    ['/nothing/here', toAdmins],
  ] as const
  const bodyOf = (bytes: number): string => `client_id=${'x'.repeat(bytes - 'client_id='.length)}`
  const parameters = (count: number): string => Array.from({ length: count }, (_, nth) => `p${nth}=1`).join('&')

  for (const [path, send] of endpoints) {
    const where = send === toAdmins ? ' of the admin origin' : ''
    const post = (content_type: string, body: string): Promise<Answer> =>
      send(path, { method: 'POST', headers: { 'content-type': content_type, 'sec-fetch-site': 'same-origin' }, body })

    test(`${path}${where} reads 64 KiB [guard: open-body-size]`, async () => {
      assert.equal((await post(form, bodyOf(open_body_max_bytes + 1))).status, 413)
      assert.notEqual((await post(form, bodyOf(open_body_max_bytes))).status, 413)
      assert.equal((await post(json, `"${'x'.repeat(open_body_max_bytes)}"`)).status, 413)
    })

    test(`${path}${where} reads a hundred parameters [guard: parameter-count]`, async () => {
      const expected = (await post(form, parameters(parameters_max))).status
      const { status } = await post(form, parameters(parameters_max + 1))
      assert.equal(status, 400)
      const query = await send(`${path}?${parameters(parameters_max + 1)}`, { method: 'GET' })
      assert.equal(query.status, 400, query.text)
      assert.notEqual((await send(`${path}?${parameters(parameters_max)}`, { method: 'GET' })).text, query.text)
      assert.ok(expected < 500)
    })
  }

  test('reads a hundred members of a JSON object [guard: member-count]', async () => {
    const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`p${nth}`, '1']))
    for (const path of ['/oauth/token', '/oauth/revoke', '/dbconnections/signup', '/dbconnections/change_password']) {
      const { json: answer } = await server.post(path, members(parameters_max + 1))
      const { error, error_description = error, description = error_description } = answer
      assert.match(description, /too many parameters: at most 100/, path)
      assert.doesNotMatch((await server.post(path, members(parameters_max))).text, /too many/, path)
    }
  })

  test('says how much it reads', async () => {
    const { json: answer } = await server.post('/oauth/token', { grant_type: 'x'.repeat(open_body_max_bytes) })
    assert.equal(answer.error_description, 'Payload content length greater than maximum allowed: 65536')
    const { json: of_api } = await server.api('POST', 'users', { user_metadata: { a: 'x'.repeat(1_048_576) } })
    assert.equal(of_api.message, 'Payload content length greater than maximum allowed: 1048576')
  })

  test('refuses names that cost much to normalize, at once', async () => {
    const ticket = await admins.newTicket()
    const password = 'Right-one-1 Right'
    const bound_ms = 1000
    for (const name of [marks(60_000), ligatures(60_000), `${marks(60_000)}@x.example`]) {
      const dbconnection = { client_id: client.client_id, connection: 'local', email: name, password }
      const admin = { ticket, email: name.slice(0, 6000), password, password_repeat: password }
      const requests: Record<string, () => Promise<Answer>> = {
        login: () => server.login(client, 'local', name, password),
        'sign-up': () => server.post('/dbconnections/signup', dbconnection),
        'sign-up with a username': () =>
          server.post('/dbconnections/signup', { ...dbconnection, email: 'a@x.example', username: name.slice(0, 300) }),
        reset: () => server.post('/dbconnections/change_password', dbconnection),
        'admin set-up': () => admins.sendForm(admin),
        'admin set-up with the existing password': () => admins.sendForm({ ...admin, existing: '1' }),
      }
      for (const [what, request] of Object.entries(requests)) {
        const started = performance.now()
        const { status } = await request()
        const ms = Math.round(performance.now() - started)
        assert.equal(status, 400, what)
        assert.ok(ms < bound_ms, `${what}: ${ms} ms`)
      }
    }
  })
})

type JsonSchema = {
  properties?: Record<string, JsonSchema>
  patternProperties?: Record<string, JsonSchema>
  items?: JsonSchema
  anyOf?: JsonSchema[]
  maxItems?: number
  maxProperties?: number
}

/** The arrays of a schema, and the objects with members of any name whose form is given, that have no maximum. */
function unbounded(schema: JsonSchema, path: string): string[] {
  const { properties = {}, patternProperties = {}, items, anyOf = [], maxItems, maxProperties } = schema
  const has_form = Object.values(patternProperties).some((member) => Object.keys(member).length > 0)
  return [
    ...(items && maxItems === undefined ? [path] : []),
    ...(has_form && maxProperties === undefined ? [path] : []),
    ...Object.entries({ ...properties, ...patternProperties }).flatMap(([name, member]) =>
      unbounded(member, `${path}.${name}`),
    ),
    ...[...anyOf, ...(items ? [items] : [])].flatMap((member) => unbounded(member, path)),
  ]
}

describe('a body that is refused', () => {
  const bodies = Object.entries(routes).flatMap(([name, route]: [string, Route]) =>
    route.body ? [{ name, schema: route.body }] : [],
  )

  test('has arrays and objects with a maximum', () => {
    assert.ok(bodies.length > 50)
    assert.deepEqual(
      bodies.flatMap(({ name, schema }) => unbounded(schema as JsonSchema, name)),
      [],
    )
  })

  test('is read once, however many items an array of it has [guard: sizes-before-errors]', () => {
    const length = 5000
    let reads = 0
    const zeros = new Proxy(
      Array.from({ length }, () => 0),
      {
        get(target, name, receiver) {
          if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1
          return Reflect.get(target, name, receiver) as unknown
        },
      },
    )
    const most: string[] = []
    for (const { name, schema } of bodies) {
      const check = inputCheck('body', schema)
      for (const [property, { items }] of Object.entries((schema as JsonSchema).properties ?? {})) {
        reads = 0
        try {
          check({ [property]: zeros })
        } catch (error) {
          assert.ok(error instanceof Refusal)
        }
        // Items of any form are read again, and pass, before the length is compared.
        const passes = items !== undefined && Object.keys(items).length === 0 ? 2 : 1
        if (reads > length * (passes + 0.1)) most.push(`${name}.${property}: ${reads} reads`)
      }
    }
    assert.deepEqual(most, [])
  })

  test('names a few of many unknown properties [guard: names-in-refusal]', () => {
    const { schema } = bodies.find(({ name }) => name === 'updateClient') ?? assert.fail()
    const unknown = Object.fromEntries(Array.from({ length: 50_000 }, (_, nth) => [`p${nth}`, 0]))
    assert.throws(() => inputCheck('body', schema)(unknown), {
      message:
        /^Payload validation error: 'Additional properties not allowed: p0, p1, .{0,200}, p19 and 49980 more'\.$/,
    })
    assert.throws(() => inputCheck('body', schema)({ callbacks: Array.from({ length: 201 }, () => 0) }), {
      message: /'Array is too long \(201\), maximum 200' on property callbacks \(/,
    })
    assert.throws(() => inputCheck('body', schema)({ client_metadata: { ...unknown } }), {
      message: /'Too many properties defined, maximum 10' on property client_metadata \(/,
    })
  })
})
