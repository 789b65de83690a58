import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { createSingleFlight, SingleFlightFull } from '../../src/login/single-flight.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('the queue of different attempts for one identifier', () => {
  const createQueue = () => {
    const flights = createSingleFlight(20)
    const done: string[] = []
    let release: (() => void) | undefined
    const first = flights.run('name', 'first', () => new Promise<void>((resolve) => (release = resolve)), 'attacker')
    const wait = (secret: string, lane: string): Promise<{ shared: boolean }> =>
      flights.run(
        'name',
        secret,
        async () => {
          await sleep(1)
          done.push(secret)
        },
        lane,
      )
    return { flights, done, first, wait, release: () => release?.() }
  }

  test('an attempt from another address waits for one attempt per address, not for all', async () => {
    const { done, first, wait, release } = createQueue()
    const flood = Array.from({ length: 15 }, (_, index) => wait(`wrong ${index}`, 'attacker'))
    const mine = wait('right', 'me')
    release()
    await Promise.all([first, ...flood, mine])
    assert.ok(done.indexOf('right') <= 1, `it was number ${done.indexOf('right') + 1}`)
    assert.equal(done.length, 16)
  })

  test('is bounded, and accepts the first attempt of every address', async () => {
    const { first, wait, release } = createQueue()
    const flood = Array.from({ length: 20 }, (_, index) => wait(`wrong ${index}`, 'attacker'))
    await assert.rejects(wait('one more', 'attacker'), SingleFlightFull)
    const mine = wait('right', 'me')
    release()
    await Promise.all([first, ...flood, mine])
  })

  test('attempts with equal secrets share one run', async () => {
    const { done, first, wait, release } = createQueue()
    const calls = ['me', 'attacker', 'me', 'elsewhere'].map(async (lane) => (await wait('same', lane)).shared)
    release()
    const shared = (await Promise.all([first, ...calls])).slice(1)
    assert.deepEqual(done, ['same'])
    assert.equal(shared.filter((each) => each === false).length, 1)
  })

  test('a failed run fails for those who share it, and the queue continues', async () => {
    const flights = createSingleFlight(20)
    const fails = (): Promise<string> => sleep(5).then(() => Promise.reject(new Error('broken')))
    const calls = [
      flights.run('name', 'a', fails, 'one'),
      flights.run('name', 'a', fails, 'two'),
      flights.run('name', 'b', async () => 'fine', 'three'),
    ]
    const ends = await Promise.allSettled(calls)
    assert.deepEqual(
      ends.map((end) => end.status),
      ['rejected', 'rejected', 'fulfilled'],
    )
  })
})

describe('an attacker who keeps a slow legacy store busy', () => {
  let server: TestServer
  let client: TestClient
  const slow = (ms: number): JsonObject => ({
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: {
      login: `function login(name, password, callback) {
        setTimeout(() => {
          if (password !== 'right') return callback(new WrongUsernameOrPasswordError(name))
          callback(null, { user_id: name.split('@')[0], email: name })
        }, ${ms})
      }`,
      get_user: `function getUser(name, callback) {
        setTimeout(() => callback(null, name.startsWith('known') ? { user_id: name.split('@')[0], email: name } : null), ${ms})
      }`,
    },
  })
  before(async () => {
    server = await startTestServer({ production_hashes: true })
    client = await server.createClient()
    await server.createConnection('slow', slow(400), [client])
    await server.createConnection('lookups', slow(300), [client])
    await server.createUser('slow', { email: 'moved@slow.example', password: 'Right-one-1' })
  })
  after(async () => await server.close())

  const timed = async (work: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> => {
    const started = performance.now()
    const answer = await work()
    return { answer, ms: performance.now() - started }
  }

  test('with wrong passwords for one user from one address delays that user by about one of them', async () => {
    let verified = 0
    const flood = Array.from({ length: 40 }, async (_, index) => {
      const { status } = await server.login(client, 'slow', 'victim@slow.example', `wrong ${index}`, {}, '203.0.113.5')
      if (status === 403) verified += 1
    })
    await sleep(200)
    const before_it = verified
    const answer = await server.login(client, 'slow', 'victim@slow.example', 'right', {}, '198.51.100.7')
    assert.equal(answer.status, 200, answer.text)
    // The one under way and the next one; the answer of one before may not have arrived.
    assert.ok(verified - before_it <= 3, `the user waited for ${verified - before_it} of them`)
    await Promise.all(flood)
    assert.ok(verified <= 10, 'ten attempts at most are verified')
  })

  test('with reset requests does not prevent first logins and logins of moved users', async () => {
    const flood = Array.from({ length: 90 }, (_, index) =>
      server.post(
        '/dbconnections/change_password',
        { client_id: client.client_id, connection: 'lookups', email: `nobody${index}@slow.example` },
        { 'x-forwarded-for': '203.0.113.6' },
      ),
    )
    assert.ok((await Promise.all(flood)).every((answer) => answer.status === 200))
    for (let person = 0; person < 3; person += 1) {
      const answer = await server.login(client, 'lookups', `p${person}@slow.example`, 'right', {}, '198.51.100.8')
      assert.equal(answer.status, 200, answer.text)
    }
    const moved = await timed(() => server.login(client, 'slow', 'moved@slow.example', 'Right-one-1'))
    assert.equal(moved.answer.status, 200)
    assert.ok(moved.ms < 1500, `it took ${Math.round(moved.ms)} ms`)
  })
})
