// The legacy store fails behind a proxy: users who have not moved get 503 in time, moved users are not affected.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readScriptTemplate, generateTemplate } from '../../src/connections/script-templates.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../support/quantiles.ts'
import { type Answer, member, outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { type LegacyStore, mariadbStore, postgresStore, webStore } from './legacy-stores.ts'
import { startTcpProxy, type Fault, type TcpProxy } from './tcp-proxy.ts'

// A script call may take ten seconds; the rest allows for a busy machine.
const answered_within_ms = 14_000
// For each fault a user with a first login during it; besides a moved user, and one to start the scripts with.
const faults = ['down', 'reset', 'hang', 'half_open', 'garbage'] as const
const names = ['moved', 'warm', 'slow', ...faults]
const outages = new Set(['legacy_unreachable', 'legacy_timeout', 'script_timeout'])

type Proxied = { store: LegacyStore; proxy: TcpProxy; realm: string; connection_id: string }

describe('while the legacy store fails', () => {
  let server: TestServer
  let client: TestClient
  const proxied: Proxied[] = []
  const results: string[] = []

  before(async () => {
    server = await startTestServer({ production_hashes: true })
    client = await server.createClient()
    for (const start of [postgresStore, mariadbStore, webStore]) {
      const store = await start(names)
      const proxy = await startTcpProxy(store.port)
      const template = await readScriptTemplate(store.template)
      assert.ok(template)
      const { options } = generateTemplate(template, store.template, store.settings(proxy.port))
      const connection_id = await server.createConnection(store.template, options, [client])
      proxied.push({ store, proxy, realm: store.template, connection_id })
    }
    for (const { realm } of proxied) {
      assert.equal((await login(realm, 'warm')).status, 200)
      assert.equal((await login(realm, 'moved')).status, 200)
    }
  })
  after(async () => {
    await server?.close()
    for (const { proxy, store } of proxied) {
      await proxy.close()
      await store.stop()
    }
  })

  const login = (realm: string, name: string, password = 'right'): Promise<Answer> =>
    server.login(client, realm, `${name}@legacy.example`, password)

  const medianOfMoved = async (): Promise<number> => {
    const times: number[] = []
    for (let turn = 0; turn < 9; turn += 1) {
      const { realm } = proxied[turn % proxied.length] as Proxied
      const started = performance.now()
      assert.equal((await login(realm, 'moved')).status, 200)
      times.push(performance.now() - started)
    }
    return median(times)
  }

  async function assertUnavailable({ store, realm }: Proxied, fault: Fault): Promise<void> {
    const started = performance.now()
    const answer = await login(realm, fault)
    const took_ms = performance.now() - started
    const about = `${store.name}, ${fault}: ${answer.status} ${answer.text}`
    // Some drivers classify bytes outside the protocol as an error, others as an outage.
    if (fault === 'garbage' && answer.status === 500) {
      assert.equal(member(answer.json, 'error_description'), 'We could not complete your login.', about)
    } else {
      assert.equal(answer.status, 503, about)
      assert.equal(member(answer.json, 'error'), 'temporarily_unavailable', about)
      assert.match(String(member(answer.json, 'error_description')), /Your password was not checked/, about)
      assert.equal(Number(answer.headers.get('retry-after')) > 0, true, about)
    }
    assert.ok(took_ms < answered_within_ms, `${about}: after ${took_ms} ms`)
    const [event] = await server.logs(`user_name:"${fault}@legacy.example" AND connection:"${realm}"`)
    const outcome = String(outcomeOf(event))
    assert.ok(outages.has(outcome) || (fault === 'garbage' && outcome === 'script_error'), `${about}: ${outcome}`)
    results.push(`${store.name} ${fault}: ${outcome} after ${Math.round(took_ms)} ms`)
  }

  for (const fault of faults) {
    test(`${fault}: 503 in time, moved users log in at normal speed, recovery without a restart`, async (t) => {
      const normal_ms = await medianOfMoved()
      await Promise.all(proxied.map(({ proxy }) => proxy.set(fault)))
      results.length = 0
      const refused = Promise.all(proxied.map((each) => assertUnavailable(each, fault)))
      const [during_ms] = await Promise.all([medianOfMoved(), refused])
      // The bound allows for a busy machine, not for a wait for the legacy store.
      assert.ok(during_ms < normal_ms * 3 + 1000, `${during_ms} ms during the fault, ${normal_ms} ms before`)
      await Promise.all(proxied.map(({ proxy }) => proxy.set('pass')))
      for (const { realm, store } of proxied) {
        const wrong = await login(realm, fault, 'wrong')
        assert.equal(wrong.status, 403, `${store.name} after ${fault}: ${wrong.text}`)
        const right = await login(realm, fault)
        assert.equal(right.status, 200, `${store.name} after ${fault}: ${right.text}`)
      }
      t.diagnostic(`${results.join(' · ')} · moved users ${Math.round(normal_ms)} → ${Math.round(during_ms)} ms`)
    })
  }

  test('slow: a login takes longer and moves the user', async () => {
    await Promise.all(proxied.map(({ proxy }) => proxy.set('slow')))
    for (const { realm, store } of proxied) {
      const answer = await login(realm, 'slow')
      assert.equal(answer.status, 200, `${store.name}: ${answer.text}`)
    }
    await Promise.all(proxied.map(({ proxy }) => proxy.set('pass')))
  })

  test('after repeated failures the circuit opens: logins get 503 at once, and it closes by itself', async (t) => {
    const first = proxied[0] as Proxied
    await first.proxy.set('down')
    let at_once_ms = Number.POSITIVE_INFINITY
    for (let turn = 0; turn < 7; turn += 1) {
      const started = performance.now()
      const answer = await login(first.realm, `unknown-${turn}`)
      assert.equal(answer.status, 503, answer.text)
      at_once_ms = performance.now() - started
    }
    const summary = await server.must('GET', `migrations/${first.connection_id}`)
    assert.match(JSON.stringify(summary), /"open"/)
    await first.proxy.set('pass')
    const started = performance.now()
    for (let answer = await login(first.realm, 'unknown'); answer.status !== 403;) {
      assert.equal(answer.status, 503, answer.text)
      assert.ok(performance.now() - started < 20_000, 'the circuit does not close')
      await sleep(250)
      answer = await login(first.realm, 'unknown')
    }
    t.diagnostic(`503 after ${Math.round(at_once_ms)} ms, closed after ${Math.round(performance.now() - started)} ms`)
  })
})
