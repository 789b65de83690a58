// Logins in flight when the server is killed are no failures: their reservations end by themselves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { failures_per_address } from '../../src/login/brute-force-protection.ts'
import { serviceOptions, startLegacyService } from '../support/legacy-service.ts'
import { startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'

const rounds = Number(process.env['WHERRY_TEST_ROUNDS'] ?? 30)
const in_flight = 8
const minute_ms = 60_000

test(`${rounds} kills with ${in_flight} logins in flight: a minute later every user who moved logs in`, async (t) => {
  let asked = () => {}
  let is_slow = false
  const legacy = await startLegacyService(async (email, password) => {
    asked()
    if (is_slow) await sleep(minute_ms, undefined, { ref: false })
    return password === 'right' ? { user_id: email.split('@')[0] ?? '', email, email_verified: true } : null
  })
  t.after(() => legacy.close())
  const server = await startServerProcess({ env: { WHERRY_TRUST_PROXY: 'loopback' } })
  t.after(() => server.kill())
  const tenant = createTenantApi(addressOf(server.firstRun()))
  const client = await tenant.createClient()
  await tenant.createConnection('legacy', serviceOptions(legacy), [client])
  const logIn = async (name: string): Promise<number> =>
    (await tenant.login(client, 'legacy', `${name}@legacy.example`, 'right', {}, '203.0.113.1')).status

  const moved: string[] = []
  let locked = 0
  for (let round = 0; round < rounds; round += 1) {
    is_slow = false
    const name = `moved${round}`
    const status = await logIn(name)
    if (status === 200) moved.push(name)
    else assert.equal(status, 429)
    if (status === 429) locked += 1
    is_slow = true
    let running = 0
    asked = () => void (running += 1)
    const logins = Array.from({ length: in_flight }, (_, nth) => logIn(`killed${round}-${nth}`).catch(() => 0))
    for (let tries = 0; running < in_flight && status === 200 && tries < 400; tries += 1) await sleep(25)
    await server.kill()
    await Promise.all(logins)
    await server.start()
  }
  is_slow = false
  t.diagnostic(
    `${moved.length} users moved; ${locked} logins were refused while ${failures_per_address} were in flight`,
  )
  assert.ok(moved.length > 0)
  await sleep(minute_ms)
  for (const name of moved) assert.equal(await logIn(name), 200, name)
  for (let round = 0; round < rounds; round += 1) {
    for (const name of [`killed${round}-0`, `moved${round}`]) assert.equal(await logIn(name), 200, name)
  }
})
