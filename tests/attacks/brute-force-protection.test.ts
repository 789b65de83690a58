import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, type Answer, type TestClient } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Right-one-1'

const count = (answers: { status: number }[], status: number): number =>
  answers.filter((answer) => answer.status === status).length

describe('an attacker who guesses passwords', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer({ production_hashes: true })
    client = await server.createClient()
    await server.must('PATCH', 'tenants/settings', { default_directory: 'local' })
    const connection = { requires_username: true }
    await server.createConnection('local', connection, [client])
    const id = await server.createConnection('aliased', {}, [client])
    await server.must('PATCH', `connections/${id}`, { realms: ['aliased', 'also-this'] })
    for (const name of ['burst', 'variants', 'rotates', 'spoofed', 'own-user', 'both', 'grants']) {
      await server.must('POST', 'users', {
        connection: 'local',
        email: `${name}@local.example`,
        username: `${name}-name`,
        password,
      })
    }
    await server.must('POST', 'users', { connection: 'aliased', email: 'alias@local.example', password })
  })
  after(async () => await server.close())

  test('gets ten verifications for two hundred concurrent attempts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, guess) =>
        server.login(client, 'local', 'burst@local.example', `guess ${guess}`, {}, '203.0.113.1'),
      ),
    )
    // Attempts that wait too long are answered 503 without verification.
    assert.equal(count(answers, 403), 10)
    assert.equal(count(answers, 403) + count(answers, 429) + count(answers, 503), 200)
    const right = await server.login(client, 'local', 'burst@local.example', password, {}, '203.0.113.1')
    assert.equal(right.status, 429)
    const elsewhere = await server.login(client, 'local', 'burst@local.example', password, {}, '198.51.100.1')
    assert.equal(elsewhere.status, 200)
  })

  test('gets no more by other spellings of the identifier', async () => {
    const spellings = [
      'variants@local.example',
      'VARIANTS@local.example',
      ' variants@local.example',
      'variants@local.example\u3000',
      '\uff56ariants@local.example',
      'variants@LOCAL.example ',
    ]
    const answers: Answer[] = []
    for (let guess = 0; guess < 24; guess += 1) {
      const spelling = spellings[guess % spellings.length] ?? ''
      answers.push(await server.login(client, 'local', spelling, `guess ${guess}`, {}, '203.0.113.2'))
    }
    assert.equal(count(answers, 403), 10)
  })

  test('gets no more by another grant, another realm of the connection, or another client', async () => {
    const second = await server.createClient()
    const connections = await server.must('GET', 'connections?name=aliased')
    const id = Array.isArray(connections) ? String(member(connections[0], 'id')) : ''
    await server.must('PATCH', `connections/${id}/clients`, [{ client_id: second.client_id, status: true }])
    const answers: Answer[] = []
    for (let guess = 0; guess < 18; guess += 1) {
      const realm = guess % 2 === 0 ? 'aliased' : 'also-this'
      const by = guess % 3 === 0 ? second : client
      const body = { ...by, realm, username: 'alias@local.example', password: `guess ${guess}` }
      const grant_type = guess % 4 === 0 ? 'password' : realm_grant
      answers.push(await server.post('/oauth/token', { grant_type, ...body }, { 'x-forwarded-for': '203.0.113.3' }))
    }
    assert.equal(count(answers, 403), 10)
    assert.equal(count(answers, 429), 8)
  })

  test('gets no more by other addresses of one /64, in any notation', async () => {
    const answers: Answer[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      const from =
        ['2001:db8:7:7::', '2001:DB8:7:7:0:0:0:', '2001:0db8:0007:0007:ffff::'][guess % 3] + guess.toString(16)
      answers.push(await server.login(client, 'local', 'rotates@local.example', `guess ${guess}`, {}, from))
    }
    assert.equal(count(answers, 403), 10)
    const mapped: Answer[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      const from = guess % 2 === 0 ? '203.0.113.4' : '::ffff:203.0.113.4'
      mapped.push(await server.login(client, 'local', 'rotates@local.example', `guess ${guess}`, {}, from))
    }
    assert.equal(count(mapped, 403), 10)
  })

  test('gets no more by ports and obfuscated identifiers in X-Forwarded-For', async () => {
    for (const spell of [
      (guess: number) => `203.0.113.8:${40_000 + guess}`,
      (guess: number) => `[2001:db8:8:8::${guess}]:${40_000 + guess}`,
      (guess: number) => `unknown-${guess}`,
    ]) {
      const answers: Answer[] = []
      for (let guess = 0; guess < 12; guess += 1) {
        answers.push(await server.login(client, 'local', 'ports@local.example', `guess ${guess}`, {}, spell(guess)))
      }
      assert.equal(count(answers, 403), 10, spell(1))
    }
    for (const event of await server.logs('user_name:"ports@local.example"')) {
      assert.match(String(event['ip']), /^(203\.0\.113\.8|2001:db8:8:8::\w+|127\.0\.0\.1)$/)
    }
  })

  test('is locked for every identifier after a hundred failures in a day, and adds no rows after that', async () => {
    const rows = async (): Promise<number> => {
      const found = await server.internals.db.selectFrom('brute_force_counters').select('subject').execute()
      return found.length
    }
    const from = '203.0.113.200'
    // Ten at a time: attempts beyond what the machine can hash are refused and not counted.
    const attempts = async (label: string, batches: number): Promise<Answer[]> => {
      const answers: Answer[] = []
      for (let batch = 0; batch < batches; batch += 1) {
        const names = Array.from({ length: 10 }, (_, name) => `${label}${batch}-${name}@x.example`)
        answers.push(
          ...(await Promise.all(names.map((name) => server.login(client, 'local', name, 'guess', {}, from)))),
        )
      }
      return answers
    }
    const first = await attempts('name', 11)
    assert.equal(count(first, 403), 100)
    const earlier = await rows()
    const more = await attempts('more', 3)
    assert.equal(count(more, 429), 30)
    assert.equal(await rows(), earlier)
  })

  test('gets no attempts back by logging in as another user', async () => {
    const from = '203.0.113.6'
    const answers: Answer[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      const own = await server.login(client, 'local', 'own-user@local.example', password, {}, from)
      assert.equal(own.status, 200)
      answers.push(await server.login(client, 'local', 'both@local.example', `guess ${guess}`, {}, from))
    }
    assert.equal(count(answers, 403), 10)
  })

  test('gets the same answer for a locked identifier with the right password and for an unknown one', async () => {
    const from = '203.0.113.7'
    for (const name of ['grants@local.example', 'nobody@local.example']) {
      for (let guess = 0; guess < 10; guess += 1) await server.login(client, 'local', name, `guess ${guess}`, {}, from)
    }
    const right = await server.login(client, 'local', 'grants@local.example', password, {}, from)
    const unknown = await server.login(client, 'local', 'nobody@local.example', password, {}, from)
    assert.equal(right.status, 429)
    assert.equal(right.text, unknown.text)
  })
})

for (const [trusted, believed] of [
  ['false', false],
  ['10.0.0.0/8', false],
  ['loopback,10.0.0.0/8', true],
] as const) {
  describe(`an attacker who sends X-Forwarded-For, where WHERRY_TRUST_PROXY is ${trusted}`, () => {
    let server: TestServer
    let client: TestClient
    before(async () => {
      server = await startTestServer({ env: { WHERRY_TRUST_PROXY: trusted } })
      client = await server.createClient()
      await server.createConnection('local', {}, [client])
      await server.must('POST', 'users', { connection: 'local', email: 'ada@local.example', password })
    })
    after(async () => await server.close())

    const guess = (headers: Record<string, string | string[]>, number: number): Promise<Answer> =>
      server.send('/oauth/token', {
        headers,
        body: {
          grant_type: realm_grant,
          ...client,
          realm: 'local',
          username: 'ada@local.example',
          password: `guess ${number}`,
        },
      })

    test('is counted by the address that the trusted proxy saw', async () => {
      const answers: Answer[] = []
      for (let number = 0; number < 14; number += 1) {
        // The last entry is what the proxy saw; the attacker wrote those before it.
        const seen = believed ? `203.0.113.${number}, 198.51.100.77` : `203.0.113.${number}`
        const others = {
          'x-real-ip': `203.0.113.${number}`,
          forwarded: `for=203.0.113.${number}`,
          'auth0-forwarded-for': `203.0.113.${number}`,
        }
        answers.push(await guess({ 'x-forwarded-for': seen, ...others }, number))
      }
      assert.equal(count(answers, 403), 10)
      assert.equal(count(answers, 429), 4)
    })
  })
}
