import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as relyingParty from 'openid-client'
import { openDoor, type Door } from './door.ts'

let door: Door
let client: { client_id: string; client_secret: string }
const audience = 'https://orders.test/'

before(async () => {
  door = await openDoor()
  client = await door.client({ grant_types: ['client_credentials', 'password', 'refresh_token'] })
  await door.resourceServer(audience, { scopes: [{ value: 'read:orders' }] })
  await door.clientGrant(client.client_id, audience, 'all')
  const connection_id = await door.connection('users', [client])
  await door.user(connection_id, 'ada@example.com', 'engine no. 1')
  await door.settings({ default_directory: 'users' })
})

after(() => door.close())

const token = async (): Promise<string> => {
  const { body } = await door.post('/oauth/token', { grant_type: 'client_credentials', ...client, audience })
  return body.access_token
}

describe('discovery', () => {
  it('names the issuer exactly, with port and trailing slash, at both addresses', async () => {
    const oidc = await door.send('/.well-known/openid-configuration')
    const oauth = await door.send('/.well-known/oauth-authorization-server')
    assert.equal(oidc.body.issuer, door.issuer)
    assert.deepEqual(oauth.body, oidc.body)
  })

  it('advertises no endpoint that is not there', async () => {
    const { body } = await door.send('/.well-known/openid-configuration')
    const endpoints = Object.entries(body).filter(([name]) => /_endpoint$|_uri$/.test(name))
    assert.equal(endpoints.length, 4)
    for (const [name, url] of endpoints) {
      const method = /token|revocation/.test(name) ? 'POST' : 'GET'
      const { status } = await fetch(String(url), { method })
      assert.notEqual(status, 404, name)
    }
  })

  it('may be cached, and read by pages of any origin', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/jwks.json']) {
      const { headers } = await door.send(path, { headers: { origin: 'https://spa.test' } })
      assert.match(headers.get('cache-control') ?? '', /public, max-age=15/)
      assert.equal(headers.get('access-control-allow-origin'), '*')
    }
  })
})

describe('a standard relying party', () => {
  it('discovers, logs in, verifies, reads userinfo, refreshes and revokes', async () => {
    const config = await relyingParty.discovery(
      new URL(door.issuer),
      client.client_id,
      undefined,
      relyingParty.ClientSecretPost(client.client_secret),
      { execute: [relyingParty.allowInsecureRequests, relyingParty.enableNonRepudiationChecks] },
    )
    const tokens = await relyingParty.genericGrantRequest(config, 'password', {
      username: 'ada@example.com',
      password: 'engine no. 1',
      scope: 'openid profile email offline_access',
    })
    const claims = tokens.claims()
    assert.ok(claims)
    assert.equal(claims.iss, door.issuer)
    assert.equal(claims.aud, client.client_id)
    const info = await relyingParty.fetchUserInfo(config, tokens.access_token, claims.sub)
    assert.equal(info.email, 'ada@example.com')
    assert.ok(tokens.refresh_token)
    const renewed = await relyingParty.refreshTokenGrant(config, tokens.refresh_token)
    assert.equal(renewed.claims()?.sub, claims.sub)
    assert.ok(renewed.refresh_token)
    await relyingParty.tokenRevocation(config, renewed.refresh_token)
    await assert.rejects(relyingParty.refreshTokenGrant(config, renewed.refresh_token), { status: 403 })
  })

  it('authenticates by HTTP Basic too', async () => {
    const config = await relyingParty.discovery(
      new URL(door.issuer),
      client.client_id,
      undefined,
      relyingParty.ClientSecretBasic(client.client_secret),
      { execute: [relyingParty.allowInsecureRequests] },
    )
    const { access_token } = await relyingParty.clientCredentialsGrant(config, { audience })
    const jwks = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''))
    const { payload } = await jwtVerify(access_token, jwks, { issuer: door.issuer, audience, algorithms: ['RS256'] })
    assert.equal(payload.sub, `${client.client_id}@clients`)
  })
})

describe('a key rotation', () => {
  it('breaks no token, and no relying party that has not fetched the keys again', async () => {
    const fetched = createLocalJWKSet((await door.send('/.well-known/jwks.json')).body)
    const old = await token()
    const rotated = await door.keys.rotate(door.tenant_id)
    const fresh = await token()
    assert.equal(decodeProtectedHeader(fresh).kid, rotated)
    assert.notEqual(decodeProtectedHeader(old).kid, rotated)
    await jwtVerify(fresh, fetched)
    const now_published = createLocalJWKSet((await door.send('/.well-known/jwks.json')).body)
    await jwtVerify(old, now_published)
  })

  it('under load leaves every token verifiable', async () => {
    const issuing = Array.from({ length: 40 }, () => token())
    await door.keys.rotate(door.tenant_id)
    const tokens = await Promise.all([...issuing, ...Array.from({ length: 10 }, () => token())])
    const published = createLocalJWKSet((await door.send('/.well-known/jwks.json')).body)
    for (const each of tokens) await jwtVerify(each, published, { issuer: door.issuer })
    assert.equal(new Set(tokens.map((each) => decodeProtectedHeader(each).kid)).size, 2)
  })

  it('leaves access to /userinfo with a token of the last key, for an API or opaque, until it is revoked', async () => {
    for (const audience of ['https://orders.test/', undefined]) {
      const { body } = await door.post('/oauth/token', {
        grant_type: 'password',
        ...client,
        audience,
        username: 'ada@example.com',
        password: 'engine no. 1',
      })
      await door.keys.rotate(door.tenant_id)
      const headers = { authorization: `Bearer ${body.access_token}` }
      assert.equal((await door.send('/userinfo', { headers })).status, 200)
      await door.keys.revoke(door.tenant_id, decodeProtectedHeader(body.id_token).kid ?? '')
      assert.equal((await door.send('/userinfo', { headers })).status, 401)
    }
  })
})
