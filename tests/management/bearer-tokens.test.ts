import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeJwt, exportPKCS8, generateKeyPair, importPKCS8, SignJWT, type JWTPayload } from 'jose'
import type { Clock } from '../../src/base/clock.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { routes } from '../../src/contract/routes.ts'
import type { Route } from '../../src/contract/route.ts'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import { send, startHouse, type Answer, type TestHouse } from '../support/house.ts'

let now = Date.now()
const clock: Clock = { now: () => now }
let house: TestHouse

before(async () => {
  house = await startHouse({ clock })
})

after(() => house.close())

const ask = (authorization?: string, path = 'users', host?: string): Promise<Answer> =>
  send(new URL(`api/v2/${path}`, house.issuer).href, {
    headers: { ...(authorization === undefined ? {} : { authorization }), ...(host === undefined ? {} : { host }) },
  })
const refusal = (answer: Answer): unknown[] => {
  const said = answer.json as JsonObject
  return [answer.status, said['error'], said['message'], said['errorCode']]
}

/** A token signed by the tenant's own key, with the claims of a good one changed. */
async function forged(change: { [Name in keyof JWTPayload]?: JWTPayload[Name] | undefined }): Promise<string> {
  const good = decodeJwt(await house.managementToken())
  const tenant = await house.house.db.selectFrom('tenants').select('tenant_id').executeTakeFirstOrThrow()
  const { kid, private_key } = await house.house.keys.current(tenant.tenant_id)
  return await new SignJWT(JSON.parse(JSON.stringify({ ...good, ...change })) as JWTPayload)
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(private_key)
}

describe('a request to the Management API', () => {
  it('is refused without a bearer token', async () => {
    for (const authorization of [undefined, '', 'Basic dTpw', 'Bearer', 'Token abc']) {
      const answer = await ask(authorization)
      assert.deepEqual(refusal(answer), [401, 'Unauthorized', 'Missing authentication', undefined])
      assert.deepEqual((answer.json as JsonObject)['attributes'], { error: 'Missing authentication' })
      assert.ok(answer.headers.has('x-ratelimit-limit'))
    }
  })

  it('is refused with what is no token of this tenant', async () => {
    const good = await house.managementToken()
    const [header = '', payload = '', signature = ''] = good.split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    for (const token of ['x', 'a.b.c', unsigned, `${header}.${payload}`]) {
      assert.deepEqual(refusal(await ask(`Bearer ${token}`)).slice(0, 3), [401, 'Unauthorized', 'Invalid token'], token)
    }
    const flipped = `${signature.slice(0, -5)}${signature.slice(-5) === 'AAAAA' ? 'BBBBB' : 'AAAAA'}`
    assert.equal(
      refusal(await ask(`Bearer ${header}.${payload}.${flipped}`))[2],
      'Invalid signature received for JSON Web Token validation',
    )
  })

  it('is refused with a token that somebody else signed under a known key id', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const good = await house.managementToken()
    const { kid } = JSON.parse(Buffer.from(good.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }
    const key = await importPKCS8(await exportPKCS8(privateKey), 'RS256')
    const token = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'RS256', kid }).sign(key)
    assert.equal((await ask(`Bearer ${token}`)).status, 401)
    // The published key as a shared secret: the oldest trick.
    const jwks = await send(new URL('.well-known/jwks.json', house.issuer).href)
    const secret = new TextEncoder().encode(jwks.text)
    const confused = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
    assert.equal((await ask(`Bearer ${confused}`)).status, 401)
  })

  it('is refused with a token for another audience, from another issuer, or without an end', async () => {
    assert.equal((await ask(`Bearer ${await forged({})}`)).status, 200)
    assert.equal(refusal(await ask(`Bearer ${await forged({ aud: 'https://orders.test/' })}`))[0], 401)
    assert.equal(refusal(await ask(`Bearer ${await forged({ iss: 'https://elsewhere.test/' })}`))[2], 'Invalid token')
    assert.equal((await ask(`Bearer ${await forged({ exp: undefined })}`)).status, 401)
    assert.equal((await ask(`Bearer ${await forged({ nbf: Math.floor(now / 1000) + 3600 })}`)).status, 401)
  })

  it('is refused with a token that has ended', async () => {
    const token = await house.managementToken()
    now += 86_401_000
    assert.deepEqual(refusal(await ask(`Bearer ${token}`)).slice(0, 3), [
      401,
      'Unauthorized',
      'Expired token received for JSON Web Token validation',
    ])
  })

  it('is refused without any of the scopes, which are named', async () => {
    const token = await house.managementToken('read:clients')
    assert.equal((await ask(`Bearer ${token}`, 'clients')).status, 200)
    assert.deepEqual(refusal(await ask(`Bearer ${token}`)), [
      403,
      'Forbidden',
      'Insufficient scope, expected any of: read:users',
      'insufficient_scope',
    ])
  })

  it('shows secrets of clients only to a token that may read them', async () => {
    const without = await ask(`Bearer ${await house.managementToken('read:clients')}`, 'clients')
    assert.doesNotMatch(without.text, /"client_secret":/)
    const with_it = await ask(`Bearer ${await house.managementToken('read:clients read:client_keys')}`, 'clients')
    assert.match(with_it.text, /"client_secret":/)
  })

  it('is refused with a token that stands for a person, whatever scopes it bears', async () => {
    const person = await forged({ sub: 'auth0|1', gty: 'password', scope: 'read:users delete:users' })
    assert.deepEqual(refusal(await ask(`Bearer ${person}`)).slice(0, 1), [403])
  })

  it('is refused with the token of another tenant', async () => {
    const token = `Bearer ${await house.managementToken()}`
    const make = await send(new URL('api/v2/tenants', house.issuer).href, {
      method: 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'other', domain: `localhost:${house.port}` }),
    })
    assert.equal(make.status, 201)
    const other = make.json as Record<string, string>
    const there = (path: string, authorization: string) =>
      send(`http://localhost:${house.port}/api/v2/${path}`, { headers: { authorization } })
    assert.equal((await there('users', token)).status, 401)
    const got = await send(`http://localhost:${house.port}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: other['management_client_id'],
        client_secret: other['management_client_secret'],
        audience: other['management_audience'],
      }),
    })
    const own = `Bearer ${String((got.json as JsonObject)['access_token'])}`
    assert.equal((await there('users', own)).status, 200)
    assert.equal((await ask(own)).status, 401)
    // The operator's routes are the default tenant's.
    assert.equal((await there('tenants', own)).status, 403)
  })

  it('is refused where there is nothing, as if the scope were missing; only a stranger is told less', async () => {
    const token = `Bearer ${await house.managementToken()}`
    for (const [path, scope] of [
      ['log-streams', 'read:log_streams'],
      ['emails/provider', 'read:email_provider'],
      ['actions/actions?page=0', 'read:actions'],
      ['', 'read:resources'],
      ['users/a/b/c', 'read:users'],
    ] as const) {
      assert.deepEqual(refusal(await ask(token, path)), [
        403,
        'Forbidden',
        `Insufficient scope, expected any of: ${scope}`,
        'insufficient_scope',
      ])
    }
    assert.equal((await ask(undefined, 'log-streams')).status, 401)
  })
})

describe('the contract map', () => {
  it('asks for scopes that the Management API lists, on every route', () => {
    const listed = new Set(managementScopes.map((scope) => scope.value))
    for (const [name, route] of Object.entries<Route>(routes)) {
      assert.ok(route.scopes.length > 0, name)
      for (const scope of route.scopes) assert.ok(listed.has(scope), `${name} asks for ${scope}`)
    }
  })

  it('guards every route: none answers a stranger', async () => {
    for (const [name, route] of Object.entries<Route>(routes)) {
      const path = route.url.replaceAll(/:[a-z_]+/g, 'x')
      const answer = await send(new URL(path, house.issuer).href, { method: route.method })
      assert.equal(answer.status, 401, name)
    }
  })

  it('is served as an OpenAPI document that names every operation', async () => {
    const document = (await send(new URL('api/v2/openapi.json', house.issuer).href)).json as JsonObject
    const operations = Object.values(document['paths'] as JsonObject).flatMap((path) =>
      Object.values(path as JsonObject),
    )
    assert.deepEqual(
      operations.map((operation) => String((operation as JsonObject)['operationId'])).toSorted(),
      Object.keys(routes).toSorted(),
    )
    assert.doesNotMatch(JSON.stringify(document['paths']), /\/:/)
  })
})
