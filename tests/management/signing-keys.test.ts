import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import type { SigningKey } from '../../src/contract/signing-key.ts'
import { createTenant } from '../../src/tenants/create-tenant.ts'
import { createSigningKeys } from '../../src/keys/signing-keys.ts'
import { cache_ttl_ms } from '../../src/store/read-cache.ts'
import { member, send, type Answer } from '../support/house.ts'
import { startCheckedHouse, type CheckedHouse } from './checked-api.ts'

let house: CheckedHouse

before(async () => {
  house = await startCheckedHouse()
})

after(() => house.close())

const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? ''

const listed = async (): Promise<SigningKey[]> => await house.must('GET', 'keys/signing')

async function ask(token: string, method: string, path: string): Promise<Answer> {
  return await send(new URL(`api/v2/${path}`, house.issuer).href, {
    method,
    headers: { authorization: `Bearer ${token}` },
  })
}

/** An application that reads the published keys verifies the token. */
async function verifies(token: string): Promise<boolean> {
  try {
    const jwks = createRemoteJWKSet(new URL('.well-known/jwks.json', house.issuer))
    await jwtVerify(token, jwks, { issuer: house.issuer })
    return true
  } catch {
    return false
  }
}

describe('signing keys', () => {
  it('are listed with their certificates, the one that signs first, and without private parts', async () => {
    const answer = await house.api('GET', 'keys/signing')
    assert.doesNotMatch(answer.text, /PRIVATE|"d"|sealed/)
    const [current, next, ...more] = answer.json as SigningKey[]
    assert.ok(current && next)
    assert.deepEqual(
      [current.current, current.next, next.next, next.current, more],
      [true, undefined, true, undefined, []],
    )
    assert.ok(Math.abs(Date.parse(current.current_since ?? '') - Date.now()) < 600_000)
    const jwks = await send(new URL('.well-known/jwks.json', house.issuer).href)
    const published = member(jwks.json, 'keys') as { kid: string; x5c: string[]; x5t: string }[]
    for (const key of [current, next]) {
      const certificate = new X509Certificate(key.cert)
      const jwk = published.find(({ kid }) => kid === key.kid)
      assert.equal(certificate.raw.toString('base64'), jwk?.x5c[0])
      assert.equal(key.fingerprint, certificate.fingerprint)
      assert.equal(Buffer.from(key.thumbprint, 'hex').toString('base64url'), jwk?.x5t)
      assert.match(key.pkcs7, /^-----BEGIN PKCS7-----\n[\sA-Za-z0-9+/=]+-----END PKCS7-----\n$/)
      assert.ok(Buffer.from(key.pkcs7.replaceAll(/-----.*-----|\s/g, ''), 'base64').includes(certificate.raw))
      assert.deepEqual(await house.must('GET', `keys/signing/${key.kid}`), key)
    }
  })

  it('rotate without downtime: tokens of before stay good, new ones have the key that was published ahead', async () => {
    const before = await house.managementToken()
    const ahead = (await listed()).find(({ next }) => next === true)
    const rotated = await house.must('POST', 'keys/signing/rotate')
    assert.deepEqual(rotated, { kid: ahead?.kid, cert: ahead?.cert })
    const now = await house.managementToken()
    assert.equal(kidOf(now), rotated.kid)
    assert.notEqual(kidOf(before), rotated.kid)
    for (const token of [before, now]) {
      assert.equal(await verifies(token), true)
      assert.equal((await ask(token, 'GET', 'clients')).status, 200)
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

  it('that are revoked verify nothing any more, at any door; the others go on', async () => {
    const client = await house.createClient()
    await house.createConnection('people', {}, [client])
    await house.must('POST', 'users', { connection: 'people', email: 'ada@example.com', password: 'Analytical 1843' })
    const login = await house.login(client, 'people', 'ada@example.com', 'Analytical 1843', { scope: 'openid' })
    const of_user = String(member(login.json, 'access_token'))
    const userinfo = async (token: string): Promise<number> =>
      (await send(new URL('userinfo', house.issuer).href, { headers: { authorization: `Bearer ${token}` } })).status
    const old = await house.managementToken()
    const { kid } = await house.must('POST', 'keys/signing/rotate')
    const fresh = await house.managementToken()
    assert.deepEqual([await userinfo(of_user), (await ask(old, 'GET', 'clients')).status], [200, 200])

    const revoked = await ask(fresh, 'PUT', `keys/signing/${kidOf(old)}/revoke`)
    assert.equal(revoked.status, 200)
    assert.equal(member(revoked.json, 'kid'), kidOf(old))
    assert.equal(await userinfo(of_user), 401)
    assert.equal((await ask(old, 'GET', 'clients')).status, 401)
    assert.equal(await verifies(old), false)
    assert.equal((await ask(fresh, 'GET', 'clients')).status, 200)
    const shown = (await ask(fresh, 'GET', `keys/signing/${kidOf(old)}`)).json as SigningKey
    assert.deepEqual([shown.revoked, shown.previous, shown.current_until], [true, undefined, undefined])
    assert.ok(shown.revoked_at)

    const again = await ask(fresh, 'PUT', `keys/signing/${kidOf(old)}/revoke`)
    assert.deepEqual([again.status, again.json], [200, revoked.json])
    assert.equal(kidOf(fresh), kid)
  })

  it('that sign can be revoked: the next one signs at once', async () => {
    const stolen = await house.managementToken()
    const ahead = ((await ask(stolen, 'GET', 'keys/signing')).json as SigningKey[]).find(({ next }) => next === true)
    assert.equal((await ask(stolen, 'PUT', `keys/signing/${kidOf(stolen)}/revoke`)).status, 200)
    assert.equal((await ask(stolen, 'GET', 'clients')).status, 401)
    const fresh = await house.managementToken()
    assert.equal(kidOf(fresh), ahead?.kid)
    assert.equal((await ask(fresh, 'GET', 'clients')).status, 200)
  })

  it('are followed by other processes within seconds', async () => {
    const { db, sealer } = house.house
    let now = Date.now()
    const elsewhere = createSigningKeys({ db, sealer, clock: { now: () => now } })
    const { tenant_id } = await db.selectFrom('tenants').select('tenant_id').executeTakeFirstOrThrow()
    const token = await house.managementToken()
    assert.equal((await elsewhere.current(tenant_id)).kid, kidOf(token))
    const rotated = member((await ask(token, 'POST', 'keys/signing/rotate')).json, 'kid')
    await ask(token, 'PUT', `keys/signing/${kidOf(token)}/revoke`)
    now += cache_ttl_ms
    assert.equal((await elsewhere.current(tenant_id)).kid, rotated)
    assert.equal(await elsewhere.verificationKey(tenant_id, kidOf(token)), undefined)
  })

  it('are opened by their own scopes only, and are those of the tenant', async () => {
    const token = await house.managementToken()
    const current = kidOf(token)
    const reader = await house.managementToken('read:signing_keys read:clients')
    assert.equal((await ask(reader, 'GET', 'keys/signing')).status, 200)
    for (const [method, path] of [
      ['POST', 'keys/signing/rotate'],
      ['PUT', `keys/signing/${current}/revoke`],
    ] as const) {
      const refused = await ask(reader, method, path)
      assert.deepEqual([refused.status, member(refused.json, 'errorCode')], [403, 'insufficient_scope'])
    }
    const stranger = await house.managementToken('read:clients')
    assert.equal((await ask(stranger, 'GET', 'keys/signing')).status, 403)
    const { tenant } = await createTenant(house.house, { name: 'two', domain: 'two.test', plan: 'free' })
    const theirs = (await house.house.keys.current(tenant.tenant_id)).kid
    for (const [method, path] of [
      ['GET', `keys/signing/${theirs}`],
      ['PUT', `keys/signing/${theirs}/revoke`],
      ['GET', 'keys/signing/nobodys'],
      ['PUT', 'keys/signing/nobodys/revoke'],
    ] as const) {
      const refused = await ask(token, method, path)
      assert.deepEqual([refused.status, member(refused.json, 'errorCode')], [404, 'inexistent_signing_key'])
    }
    assert.equal(kidOf(await house.managementToken()), current)
    assert.equal((await house.house.keys.current(tenant.tenant_id)).kid, theirs)
  })

  it('leave a log event when they change', async () => {
    const token = await house.managementToken()
    const rotations = async (): Promise<number> => {
      const events = (await ask(token, 'GET', 'logs?q=type:sapi&per_page=100')).json as { description: string }[]
      return events.filter(({ description }) => description === 'Rotate the signing key').length
    }
    const before = await rotations()
    await ask(token, 'POST', 'keys/signing/rotate')
    assert.equal(await rotations(), before + 1)
  })
})
