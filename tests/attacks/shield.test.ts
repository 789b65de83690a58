import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'
import { sendTo } from './hostile.ts'

const password = 'Right-one-1'

const count = (answers: { status: number }[], status: number): number =>
  answers.filter((answer) => answer.status === status).length

describe('a guesser of passwords', () => {
  let house: TestHouse
  let client: TestClient
  before(async () => {
    house = await startHouse()
    client = await house.createClient()
    await house.must('PATCH', 'tenants/settings', { default_directory: 'local' })
    const connection = { requires_username: true }
    await house.createConnection('local', connection, [client])
    const id = await house.createConnection('aliased', {}, [client])
    await house.must('PATCH', `connections/${id}`, { realms: ['aliased', 'also-this'] })
    for (const name of ['burst', 'variants', 'hops', 'spoofed', 'owner', 'both', 'grants']) {
      await house.must('POST', 'users', {
        connection: 'local',
        email: `${name}@local.example`,
        username: `${name}-name`,
        password,
      })
    }
    await house.must('POST', 'users', { connection: 'aliased', email: 'alias@local.example', password })
  })
  after(async () => await house.close())

  test('gets ten answers out of two hundred attempts at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, guess) =>
        house.login(client, 'local', 'burst@local.example', `guess ${guess}`, {}, '203.0.113.1'),
      ),
    )
    // Of those that wait for one another too long a line is answered 503: they are not verified either.
    assert.equal(count(answers, 403), 10)
    assert.equal(count(answers, 403) + count(answers, 429) + count(answers, 503), 200)
    const right = await house.login(client, 'local', 'burst@local.example', password, {}, '203.0.113.1')
    assert.equal(right.status, 429)
    const elsewhere = await house.login(client, 'local', 'burst@local.example', password, {}, '198.51.100.1')
    assert.equal(elsewhere.status, 200)
  })

  test('gets no more by spelling the name in other ways', async () => {
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
      answers.push(await house.login(client, 'local', spelling, `guess ${guess}`, {}, '203.0.113.2'))
    }
    assert.equal(count(answers, 403), 10)
    // Letters that nobody sees make another name, which is nobody's.
    for (const spelling of [
      'variants\u200b@local.example',
      '\u2060variants@local.example',
      'variants@local.example\u00ad',
    ]) {
      const answer = await house.login(client, 'local', spelling, password, {}, '203.0.113.2')
      assert.equal(answer.status, 403)
    }
  })

  test('gets no more through another grant, another realm of the same connection, or another client', async () => {
    const second = await house.createClient()
    const connections = await house.must('GET', 'connections?name=aliased')
    const id = Array.isArray(connections) ? String(member(connections[0], 'id')) : ''
    await house.must('PATCH', `connections/${id}/clients`, [{ client_id: second.client_id, status: true }])
    const answers: Answer[] = []
    for (let guess = 0; guess < 18; guess += 1) {
      const realm = guess % 2 === 0 ? 'aliased' : 'also-this'
      const by = guess % 3 === 0 ? second : client
      const body = { ...by, realm, username: 'alias@local.example', password: `guess ${guess}` }
      const grant_type = guess % 4 === 0 ? 'password' : 'http://auth0.com/oauth/grant-type/password-realm'
      answers.push(await house.post('oauth/token', { grant_type, ...body }, { 'x-forwarded-for': '203.0.113.3' }))
    }
    assert.equal(count(answers, 403), 10)
    assert.equal(count(answers, 429), 8)
  })

  test('gets no more by hopping through the addresses of one /64, written in any way', async () => {
    const answers: Answer[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      const from =
        ['2001:db8:7:7::', '2001:DB8:7:7:0:0:0:', '2001:0db8:0007:0007:ffff::'][guess % 3] + guess.toString(16)
      answers.push(await house.login(client, 'local', 'hops@local.example', `guess ${guess}`, {}, from))
    }
    assert.equal(count(answers, 403), 10)
    const mapped: Answer[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      const from = guess % 2 === 0 ? '203.0.113.4' : '::ffff:203.0.113.4'
      mapped.push(await house.login(client, 'local', 'hops@local.example', `guess ${guess}`, {}, from))
    }
    assert.equal(count(mapped, 403), 10)
  })

  test('gets no more through ports and words that a proxy may write for an address', async () => {
    for (const spell of [
      (guess: number) => `203.0.113.8:${40_000 + guess}`,
      (guess: number) => `[2001:db8:8:8::${guess}]:${40_000 + guess}`,
      (guess: number) => `unknown-${guess}`,
    ]) {
      const answers: Answer[] = []
      for (let guess = 0; guess < 12; guess += 1) {
        answers.push(await house.login(client, 'local', 'ports@local.example', `guess ${guess}`, {}, spell(guess)))
      }
      assert.equal(count(answers, 403), 10, spell(1))
    }
    for (const event of await house.logs('user_name:"ports@local.example"')) {
      assert.match(String(event['ip']), /^(203\.0\.113\.8|2001:db8:8:8::\w+|127\.0\.0\.1)$/)
    }
  })

  test('is kept out of every name after a hundred failures in a day, and leaves nothing behind for each further name', async () => {
    const rows = async (): Promise<number> => {
      const found = await house.house.db.selectFrom('brute_force_counters').select('subject').execute()
      return found.length
    }
    const from = '203.0.113.200'
    // Ten at a time: more at once than the machine can hash would be turned away and not counted.
    const attempts = async (label: string, batches: number): Promise<Answer[]> => {
      const answers: Answer[] = []
      for (let batch = 0; batch < batches; batch += 1) {
        const names = Array.from({ length: 10 }, (_, name) => `${label}${batch}-${name}@x.example`)
        answers.push(...(await Promise.all(names.map((name) => house.login(client, 'local', name, 'guess', {}, from)))))
      }
      return answers
    }
    const first = await attempts('name', 11)
    assert.equal(count(first, 403), 100)
    const before_more = await rows()
    const more = await attempts('more', 3)
    assert.equal(count(more, 429), 30)
    assert.equal(await rows(), before_more)
  })

  test('gets no attempts back by logging in to a user of their own in between', async () => {
    const from = '203.0.113.6'
    const answers: Answer[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      const own = await house.login(client, 'local', 'owner@local.example', password, {}, from)
      assert.equal(own.status, 200)
      answers.push(await house.login(client, 'local', 'both@local.example', `guess ${guess}`, {}, from))
    }
    assert.equal(count(answers, 403), 10)
  })

  test("learns nothing from a locked name: the right password and a name that is nobody's answer alike", async () => {
    const from = '203.0.113.7'
    for (const name of ['grants@local.example', 'nobody@local.example']) {
      for (let guess = 0; guess < 10; guess += 1) await house.login(client, 'local', name, `guess ${guess}`, {}, from)
    }
    const right = await house.login(client, 'local', 'grants@local.example', password, {}, from)
    const nobody = await house.login(client, 'local', 'nobody@local.example', password, {}, from)
    assert.equal(right.status, 429)
    assert.equal(right.text, nobody.text)
  })
})

for (const [trusted, believed] of [
  ['false', false],
  ['10.0.0.0/8', false],
  ['loopback,10.0.0.0/8', true],
] as const) {
  describe(`a guesser who writes X-Forwarded-For, where WHERRY_TRUST_PROXY is ${trusted}`, () => {
    let house: TestHouse
    let client: TestClient
    before(async () => {
      house = await startHouse({ env: { WHERRY_TRUST_PROXY: trusted } })
      client = await house.createClient()
      await house.createConnection('local', {}, [client])
      await house.must('POST', 'users', { connection: 'local', email: 'ada@local.example', password })
    })
    after(async () => await house.close())

    const guess = (headers: Record<string, string | string[]>, number: number): Promise<Answer> =>
      sendTo(house, {
        path: '/oauth/token',
        host: new URL(house.issuer).host,
        headers,
        body: {
          grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
          ...client,
          realm: 'local',
          username: 'ada@local.example',
          password: `guess ${number}`,
        },
      })

    test('is still one address, whatever stands before what the trusted proxy saw', async () => {
      const answers: Answer[] = []
      for (let number = 0; number < 14; number += 1) {
        // The last entry is what the proxy itself saw; those before it are the attacker's own words.
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
