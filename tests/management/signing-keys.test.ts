import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import type { SigningKey } from '../../src/contract/signing-key.ts'
import { createTenant } from '../../src/tenants/create-tenant.ts'
import { createSigningKeys } from '../../src/keys/signing-keys.ts'
import { cache_ttl_ms } from '../../src/store/read-cache.ts'
import { member, bearer, type Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? ''

const listed = async (): Promise<SigningKey[]> => await server.must('GET', 'keys/signing')

async function request(token: string, method: string, path: string): Promise<Answer> {
  return await server.send(`/api/v2/${path}`, {
    method,
    headers: bearer(token),
  })
}

/** Whether the token verifies by the published keys. */
async function verifies(token: string): Promise<boolean> {
  try {
    const jwks = createRemoteJWKSet(new URL('.well-known/jwks.json', server.issuer))
    await jwtVerify(token, jwks, { issuer: server.issuer })
    return true
  } catch {
    return false
  }
}

describe('signing keys', () => {
  it('are listed with their certificates, the current one first, without private keys', async () => {
    const answer = await server.api('GET', 'keys/signing')
    assert.doesNotMatch(answer.text, /PRIVATE|"d"|sealed/)
    const [current, next, ...more] = answer.json as SigningKey[]
    assert.ok(current && next)
    assert.deepEqual(
      [current.current, current.next, next.next, next.current, more],
      [true, undefined, true, undefined, []],
    )
    assert.ok(Math.abs(Date.parse(current.current_since ?? '') - Date.now()) < 600_000)
    const jwks = await server.send('/.well-known/jwks.json')
    const published = member(jwks.json, 'keys') as { kid: string; x5c: string[]; x5t: string }[]
    for (const key of [current, next]) {
      const certificate = new X509Certificate(key.cert)
      const jwk = published.find(({ kid }) => kid === key.kid)
      assert.equal(certificate.raw.toString('base64'), jwk?.x5c[0])
      assert.equal(key.fingerprint, certificate.fingerprint)
      assert.equal(Buffer.from(key.thumbprint, 'hex').toString('base64url'), jwk?.x5t)
      assert.match(key.pkcs7, /^-----BEGIN PKCS7-----\n[\sA-Za-z0-9+/=]+-----END PKCS7-----\n$/)
      assert.ok(Buffer.from(key.pkcs7.replaceAll(/-----.*-----|\s/g, ''), 'base64').includes(certificate.raw))
      assert.deepEqual(await server.must('GET', `keys/signing/${key.kid}`), key)
    }
  })

  it('rotate without downtime: earlier tokens stay valid, new ones are signed with the key that was published before', async () => {
    const before = await server.managementToken()
    const ahead = (await listed()).find(({ next }) => next === true)
    const rotated = await server.must('POST', 'keys/signing/rotate')
    assert.deepEqual(rotated, { kid: ahead?.kid, cert: ahead?.cert })
    const now = await server.managementToken()
    assert.equal(kidOf(now), rotated.kid)
    assert.notEqual(kidOf(before), rotated.kid)
    for (const token of [before, now]) {
      assert.equal(await verifies(token), true)
      assert.equal((await request(token, 'GET', 'clients')).status, 200)
    }
    const keys = await listed()
    const states = keys.map(({ kid, current, next, previous }) => ({ kid, current, next, previous }))
    assert.equal(states.length, 3)
    assert.deepEqual(states[0], { kid: rotated.kid, current: true, next: undefined, previous: undefined })
    assert.deepEqual(
      states.find(({ kid }) => kid === kidOf(before)),
      { kid: kidOf(before), current: undefined, next: undefined, previous: true },
    )
    assert.ok(keys.find(({ previous }) => previous === true)?.current_until)
  })

  it('that are revoked verify no token at any endpoint; the others still do', async () => {
    const client = await server.createClient()
    await server.createConnection('people', {}, [client])
    await server.must('POST', 'users', { connection: 'people', email: 'ada@example.com', password: 'Analytical 1843' })
    const login = await server.login(client, 'people', 'ada@example.com', 'Analytical 1843', { scope: 'openid' })
    const of_user = String(member(login.json, 'access_token'))
    const userinfo = async (token: string): Promise<number> =>
      (await server.send('/userinfo', { headers: bearer(token) })).status
    const old = await server.managementToken()
    const { kid } = await server.must('POST', 'keys/signing/rotate')
    const fresh = await server.managementToken()
    assert.deepEqual([await userinfo(of_user), (await request(old, 'GET', 'clients')).status], [200, 200])

    const revoked = await request(fresh, 'PUT', `keys/signing/${kidOf(old)}/revoke`)
    assert.equal(revoked.status, 200)
    assert.equal(member(revoked.json, 'kid'), kidOf(old))
    assert.equal(await userinfo(of_user), 401)
    assert.equal((await request(old, 'GET', 'clients')).status, 401)
    assert.equal(await verifies(old), false)
    assert.equal((await request(fresh, 'GET', 'clients')).status, 200)
    const shown = (await request(fresh, 'GET', `keys/signing/${kidOf(old)}`)).json as SigningKey
    assert.deepEqual([shown.revoked, shown.previous, shown.current_until], [true, undefined, undefined])
    assert.ok(shown.revoked_at)

    const again = await request(fresh, 'PUT', `keys/signing/${kidOf(old)}/revoke`)
    assert.deepEqual([again.status, again.json], [200, revoked.json])
    assert.equal(kidOf(fresh), kid)
  })

  it('can be revoked while current: the next one signs at once', async () => {
    const signed = await server.managementToken()
    const ahead = ((await request(signed, 'GET', 'keys/signing')).json as SigningKey[]).find(
      ({ next }) => next === true,
    )
    assert.equal((await request(signed, 'PUT', `keys/signing/${kidOf(signed)}/revoke`)).status, 200)
    assert.equal((await request(signed, 'GET', 'clients')).status, 401)
    const fresh = await server.managementToken()
    assert.equal(kidOf(fresh), ahead?.kid)
    assert.equal((await request(fresh, 'GET', 'clients')).status, 200)
  })

  it('change in other processes within seconds', async () => {
    const { db, sealer, tenant_id } = server.internals
    let now = Date.now()
    const elsewhere = createSigningKeys({ db, sealer, clock: { now: () => now } })
    const token = await server.managementToken()
    assert.equal((await elsewhere.current(tenant_id)).kid, kidOf(token))
    const rotated = member((await request(token, 'POST', 'keys/signing/rotate')).json, 'kid')
    await request(token, 'PUT', `keys/signing/${kidOf(token)}/revoke`)
    now += cache_ttl_ms
    assert.equal((await elsewhere.current(tenant_id)).kid, rotated)
    assert.equal(await elsewhere.verificationKey(tenant_id, kidOf(token)), undefined)
  })

  it('need scopes of their own, and belong to one tenant', async () => {
    const token = await server.managementToken()
    const current = kidOf(token)
    const reader = await server.managementToken('read:signing_keys read:clients')
    assert.equal((await request(reader, 'GET', 'keys/signing')).status, 200)
    for (const [method, path] of [
      ['POST', 'keys/signing/rotate'],
      ['PUT', `keys/signing/${current}/revoke`],
    ] as const) {
      const refused = await request(reader, method, path)
      assert.deepEqual([refused.status, member(refused.json, 'errorCode')], [403, 'insufficient_scope'])
    }
    const without_scope = await server.managementToken('read:clients')
    assert.equal((await request(without_scope, 'GET', 'keys/signing')).status, 403)
    const { tenant } = await createTenant(server.internals, { name: 'two', domain: 'two.test', plan: 'free' })
    const theirs = (await server.internals.keys.current(tenant.tenant_id)).kid
    for (const [method, path] of [
      ['GET', `keys/signing/${theirs}`],
      ['PUT', `keys/signing/${theirs}/revoke`],
      ['GET', 'keys/signing/unknown'],
      ['PUT', 'keys/signing/unknown/revoke'],
    ] as const) {
      const refused = await request(token, method, path)
      assert.deepEqual([refused.status, member(refused.json, 'errorCode')], [404, 'inexistent_signing_key'])
    }
    assert.equal(kidOf(await server.managementToken()), current)
    assert.equal((await server.internals.keys.current(tenant.tenant_id)).kid, theirs)
  })

  it('write a log event when they change', async () => {
    const token = await server.managementToken()
    const rotations = async (): Promise<number> => {
      const events = (await request(token, 'GET', 'logs?q=type:sapi&per_page=100')).json as { description: string }[]
      return events.filter(({ description }) => description === 'Rotate the signing key').length
    }
    const before = await rotations()
    await request(token, 'POST', 'keys/signing/rotate')
    assert.equal(await rotations(), before + 1)
  })
})
