import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Clock } from '../../src/base/clock.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { createRateLimit } from '../../src/management/rate-limit.ts'
import { send } from '../support/house.ts'
import { startCheckedHouse, type CheckedHouse } from './checked-api.ts'

let house: CheckedHouse

before(async () => {
  house = await startCheckedHouse()
})

after(() => house.close())

describe('tenants', () => {
  it('are made whole by the operator: own host, own API, own keys, nothing of another tenant', async () => {
    await house.createConnection('users', {}, [])
    const domain = `localhost:${house.port}`
    const made = await house.must('POST', 'tenants', { name: 'acme', domain, plan: 'developer' })
    assert.deepEqual([made.issuer, made.plan, made.is_default], [`http://${domain}/`, 'developer', false])
    assert.equal(made.management_audience, `${made.issuer}api/v2/`)
    assert.equal((await send(made.admin_setup_url)).status, 200)

    const got = await send(`${made.issuer}oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: made.management_client_id,
        client_secret: made.management_client_secret,
        audience: made.management_audience,
      }),
    })
    const { access_token, scope } = got.json as Record<string, string>
    assert.doesNotMatch(scope ?? '', /tenants/)
    const there = (path: string) =>
      send(`${made.issuer}api/v2/${path}`, { headers: { authorization: `Bearer ${access_token}` } })
    assert.deepEqual((await there('connections')).json, [])
    assert.equal(((await there('clients')).json as JsonObject[]).length, 2)
    const [here] = await house.must('GET', 'clients?is_global=true')
    assert.equal((await there(`clients/${here.client_id}`)).status, 404)
    const keys = async (issuer: string) => (await send(`${issuer}.well-known/jwks.json`)).text
    assert.notEqual(await keys(made.issuer), await keys(house.issuer))
  })

  it('have a name and a host of their own', async () => {
    for (const body of [
      { name: 'acme', domain: 'elsewhere.example' },
      { name: 'elsewhere', domain: `localhost:${house.port}` },
      { name: 'default', domain: 'elsewhere.example' },
    ]) {
      assert.deepEqual((await house.refused('POST', 'tenants', body)).slice(0, 2), [409, 'tenant_conflict'])
    }
    for (const body of [
      { name: 'Big Name', domain: 'a.example' },
      { name: 'a', domain: 'https://a.example' },
      { name: 'a', domain: 'a.example/x' },
      { name: 'a', domain: 'a.example', plan: 'gold' },
    ]) {
      assert.equal((await house.refused('POST', 'tenants', body))[0], 400)
    }
  })

  it('are listed and read by the operator, who changes their plan', async () => {
    const { tenants } = await house.must('GET', 'tenants')
    assert.deepEqual(
      tenants.map((tenant: { name: string }) => tenant.name),
      ['default', 'acme'],
    )
    const changed = await house.must('PATCH', `tenants/${tenants[1].id}`, { plan: 'enterprise' })
    assert.equal(changed.plan, 'enterprise')
    assert.deepEqual(await house.must('GET', `tenants/${tenants[1].id}`), changed)
    assert.equal((await house.refused('GET', 'tenants/ten_none'))[1], 'inexistent_tenant')
    const first = await house.must('GET', 'tenants?take=1')
    assert.equal((await house.must('GET', `tenants?take=1&from=${first.next}`)).tenants[0].name, 'acme')
  })

  it('keep their settings, lifetimes in minutes as hours, flags one by one', async () => {
    await house.must('PATCH', 'tenants/settings', { flags: { enable_sso: true }, session_lifetime_in_minutes: 90 })
    const settings = await house.must('PATCH', 'tenants/settings', {
      flags: { enable_client_connections: false },
      error_page: { html: '<h1>Oh</h1>' },
    })
    assert.deepEqual(settings.flags, { enable_client_connections: false, enable_pipeline2: true, enable_sso: true })
    assert.equal(settings.session_lifetime, 1.5)
    assert.ok(!('session_lifetime_in_minutes' in settings))
    assert.deepEqual(await house.must('GET', 'tenants/settings'), settings)
    assert.deepEqual(await house.must('GET', 'tenants/settings?fields=error_page'), {
      error_page: { html: '<h1>Oh</h1>' },
    })
    for (const body of [{ flags: { nonsense: true } }, { nonsense: 1 }, { support_email: 'none' }]) {
      assert.equal((await house.refused('PATCH', 'tenants/settings', body))[0], 400)
    }
  })
})

describe('the rate limit', () => {
  it('answers 429 beyond what a second holds, and tells when to come again', async () => {
    const small = await startCheckedHouse({ env: { WHERRY_REQUESTS_PER_SECOND: '5' } })
    try {
      await small.api('GET', 'clients')
      const answers = await Promise.all(Array.from({ length: 20 }, () => small.api('GET', 'clients')))
      const refused = answers.filter((answer) => answer.status === 429)
      assert.ok(refused.length >= 10, `${refused.length} refused`)
      const [one] = refused
      assert.deepEqual(one?.json, {
        statusCode: 429,
        error: 'Too Many Requests',
        message: 'Global limit has been reached',
        errorCode: 'too_many_requests',
      })
      assert.equal(one?.headers.get('retry-after'), '1')
      assert.equal(one?.headers.get('x-ratelimit-limit'), '5')
      assert.equal(one?.headers.get('x-ratelimit-remaining'), '0')
      const reset_s = Number(one?.headers.get('x-ratelimit-reset'))
      assert.ok(Math.abs(reset_s - Date.now() / 1000) < 3, String(reset_s))
      await new Promise((resolve) => setTimeout(resolve, 1100))
      assert.equal((await small.api('GET', 'clients')).status, 200)
    } finally {
      await small.close()
    }
  })

  it('is each tenant’s own, fills evenly, and never holds more than a second’s worth', () => {
    let now = 1_000_000
    const clock: Clock = { now: () => now }
    const rate = createRateLimit(clock, 2)
    assert.deepEqual([rate.take('a').allowed, rate.take('a').allowed, rate.take('a').allowed], [true, true, false])
    assert.equal(rate.take('b').allowed, true)
    assert.equal(rate.peek('a').remaining, 0)
    now += 500
    assert.deepEqual([rate.take('a').allowed, rate.take('a').allowed], [true, false])
    now += 60_000
    assert.deepEqual([rate.take('a').allowed, rate.take('a').allowed, rate.take('a').allowed], [true, true, false])
    now -= 120_000
    assert.equal(rate.take('a').allowed, false, 'a clock that goes back gives nothing')
  })
})
