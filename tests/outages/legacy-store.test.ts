// The legacy store fails behind a proxy: who has not moved is told so in time, who has moved notices nothing.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readScriptTemplate, scriptTemplateOptions } from '../../src/connections/script-templates.ts'
import { type Answer, member, startHouse, type TestClient, type TestHouse } from '../support/house.ts'
import { type LegacyStore, mariadbStore, postgresStore, webStore } from './legacy-stores.ts'
import { startTcpProxy, type TcpProxy, type Weather } from './tcp-proxy.ts'

// A script call may take ten seconds; the rest is a busy machine's.
const answered_within_ms = 14_000
// One person for each kind of weather, who logs in for the first time in it, one who has moved, and one to warm up with.
const storms = ['down', 'reset', 'hang', 'half_open', 'garbage'] as const
const names = ['moved', 'warm', 'slow', ...storms]
const outages = new Set(['legacy_unreachable', 'legacy_timeout', 'script_timeout'])

type Front = { store: LegacyStore; proxy: TcpProxy; realm: string; connection_id: string }

describe('while the legacy store is away', () => {
  let house: TestHouse
  let client: TestClient
  const fronts: Front[] = []
  const notes: string[] = []

  before(async () => {
    house = await startHouse()
    client = await house.createClient()
    for (const start of [postgresStore, mariadbStore, webStore]) {
      const store = await start(names)
      const proxy = await startTcpProxy(store.port)
      const template = await readScriptTemplate(store.template)
      assert.ok(template)
      const options = scriptTemplateOptions(template, store.template, store.settings(proxy.port))
      const connection_id = await house.createConnection(store.template, options, [client])
      fronts.push({ store, proxy, realm: store.template, connection_id })
    }
    for (const { realm } of fronts) {
      assert.equal((await login(realm, 'warm')).status, 200)
      assert.equal((await login(realm, 'moved')).status, 200)
    }
  })
  after(async () => {
    await house?.close()
    for (const { proxy, store } of fronts) {
      await proxy.close()
      await store.stop()
    }
  })

  const login = (realm: string, name: string, password = 'right'): Promise<Answer> =>
    house.login(client, realm, `${name}@legacy.example`, password)

  const medianOfMoved = async (): Promise<number> => {
    const times: number[] = []
    for (let turn = 0; turn < 9; turn += 1) {
      const { realm } = fronts[turn % fronts.length] as Front
      const started = performance.now()
      assert.equal((await login(realm, 'moved')).status, 200)
      times.push(performance.now() - started)
    }
    return times.toSorted((a, b) => a - b)[4] ?? Number.NaN
  }

  async function assertHonest({ store, realm }: Front, weather: Weather): Promise<void> {
    const started = performance.now()
    const answer = await login(realm, weather)
    const took_ms = performance.now() - started
    const about = `${store.name}, ${weather}: ${answer.status} ${answer.text}`
    // What is no answer of the protocol is an error to some drivers, and an outage to others.
    if (weather === 'garbage' && answer.status === 500) {
      assert.equal(member(answer.json, 'error_description'), 'We could not complete your login.', about)
    } else {
      assert.equal(answer.status, 503, about)
      assert.equal(member(answer.json, 'error'), 'temporarily_unavailable', about)
      assert.match(String(member(answer.json, 'error_description')), /Your password was not checked/, about)
      assert.equal(Number(answer.headers.get('retry-after')) > 0, true, about)
    }
    assert.ok(took_ms < answered_within_ms, `${about}: after ${took_ms} ms`)
    const [event] = await house.logs(`user_name:"${weather}@legacy.example" AND connection:"${realm}"`)
    const outcome = String(member(member(event?.['details'], 'migration'), 'outcome'))
    assert.ok(outages.has(outcome) || (weather === 'garbage' && outcome === 'script_error'), `${about}: ${outcome}`)
    notes.push(`${store.name} ${weather}: ${outcome} after ${Math.round(took_ms)} ms`)
  }

  for (const weather of storms) {
    test(`${weather}: honest in time, moved users at unchanged speed, well again without a restart`, async (t) => {
      const calm_ms = await medianOfMoved()
      await Promise.all(fronts.map(({ proxy }) => proxy.set(weather)))
      notes.length = 0
      const asking = Promise.all(fronts.map((front) => assertHonest(front, weather)))
      const [storm_ms] = await Promise.all([medianOfMoved(), asking])
      // Nine logins of a moment each: what a busy machine adds is allowed for, a wait for the legacy store is not.
      assert.ok(storm_ms < calm_ms * 3 + 150, `${storm_ms} ms in the storm, ${calm_ms} ms before`)
      await Promise.all(fronts.map(({ proxy }) => proxy.set('pass')))
      for (const { realm, store } of fronts) {
        const wrong = await login(realm, weather, 'wrong')
        assert.equal(wrong.status, 403, `${store.name} after ${weather}: ${wrong.text}`)
        const right = await login(realm, weather)
        assert.equal(right.status, 200, `${store.name} after ${weather}: ${right.text}`)
      }
      t.diagnostic(`${notes.join(' · ')} · moved users ${Math.round(calm_ms)} → ${Math.round(storm_ms)} ms`)
    })
  }

  test('slow: a login takes its time and moves the person', async () => {
    await Promise.all(fronts.map(({ proxy }) => proxy.set('slow')))
    for (const { realm, store } of fronts) {
      const answer = await login(realm, 'slow')
      assert.equal(answer.status, 200, `${store.name}: ${answer.text}`)
    }
    await Promise.all(fronts.map(({ proxy }) => proxy.set('pass')))
  })

  test('a store that stays away is left alone: the next are told at once, and it is tried again by itself', async (t) => {
    const front = fronts[0] as Front
    await front.proxy.set('down')
    let at_once_ms = Number.POSITIVE_INFINITY
    for (let turn = 0; turn < 7; turn += 1) {
      const started = performance.now()
      const answer = await login(front.realm, `nobody-${turn}`)
      assert.equal(answer.status, 503, answer.text)
      at_once_ms = performance.now() - started
    }
    const summary = await house.must('GET', `migrations/${front.connection_id}`)
    assert.match(JSON.stringify(summary), /"open"/)
    await front.proxy.set('pass')
    const started = performance.now()
    for (let answer = await login(front.realm, 'nobody'); answer.status !== 403;) {
      assert.equal(answer.status, 503, answer.text)
      assert.ok(performance.now() - started < 20_000, 'it is not tried again')
      await new Promise((resolve) => {
        setTimeout(resolve, 250)
      })
      answer = await login(front.realm, 'nobody')
    }
    t.diagnostic(
      `told after ${Math.round(at_once_ms)} ms, tried again after ${Math.round(performance.now() - started)} ms`,
    )
  })
})
