import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt, exportPKCS8, generateKeyPair, importPKCS8, SignJWT, type JWTPayload } from 'jose'
import type { Clock } from '../../src/base/clock.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { routes } from '../../src/contract/routes.ts'
import type { Route } from '../../src/contract/route.ts'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import { alteredEnd } from '../support/altered-end.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import type { Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let now = Date.now()
const clock: Clock = { now: () => now }
let server: TestServer

before(async () => {
  server = await startTestServer({ clock })
})

after(() => server.close())

const request = (authorization?: string, path = 'users'): Promise<Answer> =>
  server.send(`/api/v2/${path}`, { headers: authorization === undefined ? {} : { authorization } })
const refusal = (answer: Answer): unknown[] => {
  const { error, message, errorCode } = answer.json
  return [answer.status, error, message, errorCode]
}

/** A token signed by the tenant's own key, with changed claims. */
async function forged(change: { [Name in keyof JWTPayload]?: JWTPayload[Name] | undefined }): Promise<string> {
  const good = decodeJwt(await server.managementToken())
  const { keys, tenant_id } = server.internals
  const { kid, private_key } = await keys.current(tenant_id)
  return await new SignJWT(JSON.parse(JSON.stringify({ ...good, ...change })) as JWTPayload)
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(private_key)
}

describe('a request to the Management API', () => {
  it('is refused without a bearer token', async () => {
    for (const authorization of [undefined, '', 'Basic dTpw', 'Bearer', 'Token abc']) {
      const answer = await request(authorization)
      assert.deepEqual(refusal(answer), [401, 'Unauthorized', 'Missing authentication', undefined])
      assert.deepEqual((answer.json as JsonObject)['attributes'], { error: 'Missing authentication' })
      assert.ok(answer.headers.has('x-ratelimit-limit'))
    }
  })

  it('is refused with a malformed, unsigned or altered token', async () => {
    const good = await server.managementToken()
    const [header = '', payload = ''] = good.split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    for (const token of ['x', 'a.b.c', unsigned, `${header}.${payload}`]) {
      assert.deepEqual(
        refusal(await request(`Bearer ${token}`)).slice(0, 3),
        [401, 'Unauthorized', 'Invalid token'],
        token,
      )
    }
    assert.equal(
      refusal(await request(`Bearer ${alteredEnd(good)}`))[2],
      'Invalid signature received for JSON Web Token validation',
    )
  })

  it('is refused with a token that another key signed under a known key id', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const good = await server.managementToken()
    const { kid } = JSON.parse(Buffer.from(good.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }
    const key = await importPKCS8(await exportPKCS8(privateKey), 'RS256')
    const token = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'RS256', kid }).sign(key)
    assert.equal((await request(`Bearer ${token}`)).status, 401)
    // The published key used as a shared secret (algorithm confusion).
    const jwks = await server.send('/.well-known/jwks.json')
    const secret = new TextEncoder().encode(jwks.text)
    const confused = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
    assert.equal((await request(`Bearer ${confused}`)).status, 401)
  })

  it('is refused with a token for another audience, from another issuer, or without expiry', async () => {
    assert.equal((await request(`Bearer ${await forged({})}`)).status, 200)
    assert.equal(refusal(await request(`Bearer ${await forged({ aud: 'https://orders.test/' })}`))[0], 401)
    assert.equal(
      refusal(await request(`Bearer ${await forged({ iss: 'https://elsewhere.test/' })}`))[2],
      'Invalid token',
    )
    assert.equal((await request(`Bearer ${await forged({ exp: undefined })}`)).status, 401)
    assert.equal((await request(`Bearer ${await forged({ nbf: Math.floor(now / 1000) + 3600 })}`)).status, 401)
  })

  it('is refused with an expired token', async () => {
    const token = await server.managementToken()
    now += 86_401_000
    assert.deepEqual(refusal(await request(`Bearer ${token}`)).slice(0, 3), [
      401,
      'Unauthorized',
      'Expired token received for JSON Web Token validation',
    ])
  })

  it('is refused without any of the scopes, naming them', async () => {
    const token = await server.managementToken('read:clients')
    assert.equal((await request(`Bearer ${token}`, 'clients')).status, 200)
    assert.deepEqual(refusal(await request(`Bearer ${token}`)), [
      403,
      'Forbidden',
      'Insufficient scope, expected any of: read:users',
      'insufficient_scope',
    ])
  })

  it('shows secrets of clients only to a token that may read them', async () => {
    const without = await request(`Bearer ${await server.managementToken('read:clients')}`, 'clients')
    assert.doesNotMatch(without.text, /"client_secret":/)
    const with_it = await request(`Bearer ${await server.managementToken('read:clients read:client_keys')}`, 'clients')
    assert.match(with_it.text, /"client_secret":/)
  })

  it('is refused with a token of a user, whatever its scopes', async () => {
    const of_user = await forged({ sub: 'auth0|1', gty: 'password', scope: 'read:users delete:users' })
    assert.deepEqual(refusal(await request(`Bearer ${of_user}`)).slice(0, 1), [403])
  })

  it('is refused with the token of another tenant', async () => {
    const token = `Bearer ${await server.managementToken()}`
    const other = await createOtherTenant(server, 'other', `localhost:${server.port}`)
    const requestOther = (path: string, authorization: string) =>
      other.send(`/api/v2/${path}`, { headers: { authorization } })
    assert.equal((await requestOther('users', token)).status, 401)
    const own = `Bearer ${await other.managementToken()}`
    assert.equal((await requestOther('users', own)).status, 200)
    assert.equal((await request(own)).status, 401)
    // Only the default tenant has the operator's routes.
    assert.equal((await requestOther('tenants', own)).status, 403)
  })

  it('is refused on an unknown path as for a missing scope, and without a token with 401', async () => {
    const token = `Bearer ${await server.managementToken()}`
    for (const [path, scope] of [
      ['hooks', 'read:hooks'],
      ['guardian/factors', 'read:guardian_factors'],
      ['device-credentials?page=0', 'read:device_credentials'],
      ['', 'read:resources'],
      ['users/a/b/c', 'read:users'],
    ] as const) {
      assert.deepEqual(refusal(await request(token, path)), [
        403,
        'Forbidden',
        `Insufficient scope, expected any of: ${scope}`,
        'insufficient_scope',
      ])
    }
    assert.equal((await request(undefined, 'hooks')).status, 401)
  })
})

describe('the list of operations', () => {
  it('requires scopes that the Management API lists, on every route', () => {
    const listed = new Set(managementScopes.map((scope) => scope.value))
    for (const [name, route] of Object.entries<Route>(routes)) {
      assert.ok(route.scopes.length > 0, name)
      for (const scope of route.scopes) assert.ok(listed.has(scope), `${name} requires ${scope}`)
    }
  })

  it('answers 401 without a token, on every route', async () => {
    for (const [name, route] of Object.entries<Route>(routes)) {
      const path = route.url.replaceAll(/:[a-z_]+/g, 'x')
      const answer = await server.send(path, { method: route.method })
      assert.equal(answer.status, 401, name)
    }
  })

  it('is served as an OpenAPI document that names every operation', async () => {
    const document = (await server.send('/api/v2/openapi.json')).json as JsonObject
    const operations = Object.values(document['paths'] as JsonObject).flatMap((path) =>
      Object.values(path as JsonObject),
    )
    assert.deepEqual(
      operations.map((operation) => String((operation as JsonObject)['operationId'])).toSorted(),
      Object.keys(routes).toSorted(),
    )
    assert.doesNotMatch(Object.keys(document['paths'] as JsonObject).join(' '), /\/:/)
  })
})
