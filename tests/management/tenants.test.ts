import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import type { Clock } from '../../src/base/clock.ts'
import { createRateLimit } from '../../src/management/rate-limit.ts'
import { send } from '../support/requests.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

describe('tenants', () => {
  it('are created by the operator with host, Management API and keys of their own', async () => {
    await server.createConnection('users', {}, [])
    const domain = `localhost:${server.port}`
    const made = await server.must('POST', 'tenants', { name: 'acme', domain, plan: 'developer' })
    assert.deepEqual([made.issuer, made.plan, made.is_default], [`http://${domain}/`, 'developer', false])
    assert.equal(made.management_audience, `${made.issuer}api/v2/`)
    assert.ok(made.admin_setup_url.startsWith(`${server.admin_url}/u/admin-setup?ticket=`))
    assert.equal((await send(made.admin_setup_url)).status, 200)

    const there = createTenantApi(addressOf(made))
    const { scope } = decodeJwt<{ scope: string }>(await there.managementToken())
    assert.doesNotMatch(scope, /tenants/)
    assert.deepEqual(await there.must('GET', 'connections'), [])
    assert.equal((await there.must('GET', 'clients')).length, 2)
    const [global] = await server.must('GET', 'clients?is_global=true')
    assert.equal((await there.api('GET', `clients/${global.client_id}`)).status, 404)
    const keys = async (issuer: string) => (await send(`${issuer}.well-known/jwks.json`)).text
    assert.notEqual(await keys(made.issuer), await keys(server.issuer))
  })

  it('have a unique name and host', async () => {
    for (const body of [
      { name: 'acme', domain: 'elsewhere.example' },
      { name: 'elsewhere', domain: `localhost:${server.port}` },
      { name: 'default', domain: 'elsewhere.example' },
    ]) {
      assert.deepEqual((await server.refused('POST', 'tenants', body)).slice(0, 2), [409, 'tenant_conflict'])
    }
    for (const body of [
      { name: 'Big Name', domain: 'a.example' },
      { name: 'a', domain: 'https://a.example' },
      { name: 'a', domain: 'a.example/x' },
      { name: 'a', domain: 'a.example', plan: 'gold' },
    ]) {
      assert.equal((await server.refused('POST', 'tenants', body))[0], 400)
    }
  })

  it('are listed and read by the operator, who can change their plan', async () => {
    const { tenants } = await server.must('GET', 'tenants')
    assert.deepEqual(
      tenants.map((tenant: { name: string }) => tenant.name),
      ['default', 'acme'],
    )
    const changed = await server.must('PATCH', `tenants/${tenants[1].id}`, { plan: 'enterprise' })
    assert.equal(changed.plan, 'enterprise')
    assert.deepEqual(await server.must('GET', `tenants/${tenants[1].id}`), changed)
    assert.equal((await server.refused('GET', 'tenants/ten_none'))[1], 'inexistent_tenant')
    const first = await server.must('GET', 'tenants?take=1')
    assert.equal((await server.must('GET', `tenants?take=1&from=${first.next}`)).tenants[0].name, 'acme')
  })

  it('keep their settings, lifetimes in minutes as hours, flags one by one', async () => {
    await server.must('PATCH', 'tenants/settings', { flags: { enable_sso: true }, session_lifetime_in_minutes: 90 })
    const settings = await server.must('PATCH', 'tenants/settings', {
      flags: { enable_client_connections: false },
      error_page: { html: '<h1>Oh</h1>' },
    })
    assert.deepEqual(settings.flags, { enable_client_connections: false, enable_pipeline2: true, enable_sso: true })
    assert.equal(settings.session_lifetime, 1.5)
    assert.ok(!('session_lifetime_in_minutes' in settings))
    assert.deepEqual(await server.must('GET', 'tenants/settings'), settings)
    assert.deepEqual(await server.must('GET', 'tenants/settings?fields=error_page'), {
      error_page: { html: '<h1>Oh</h1>' },
    })
    for (const body of [{ flags: { nonsense: true } }, { nonsense: 1 }, { support_email: 'none' }]) {
      assert.equal((await server.refused('PATCH', 'tenants/settings', body))[0], 400)
    }
  })
})

describe('the rate limit', () => {
  it('answers 429 beyond the requests per second, with retry-after', async () => {
    let now = Date.now()
    const small = await startTestServer({ env: { WHERRY_REQUESTS_PER_SECOND: '5' }, clock: { now: () => now } })
    try {
      await small.api('GET', 'clients')
      const answers = await Promise.all(Array.from({ length: 20 }, () => small.api('GET', 'clients')))
      const refused = answers.filter((answer) => answer.status === 429)
      assert.equal(refused.length, 16)
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
      assert.equal(reset_s, Math.ceil((now + 200) / 1000))
      now += 200
      assert.equal((await small.api('GET', 'clients')).status, 200)
    } finally {
      await small.close()
    }
  })

  it('applies per tenant, refills evenly, and allows at most one second’s requests at once', () => {
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
    assert.equal(rate.take('a').allowed, false, 'a clock that goes back adds no requests')
  })
})
