import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as relyingParty from 'openid-client'
import { bearer, send, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

let server: TestServer
let client: TestClient
const audience = 'https://orders.test/'

before(async () => {
  server = await startTestServer()
  client = await server.createClient({ grant_types: ['client_credentials', 'password', 'refresh_token'] })
  await server.createResourceServer(audience, { scopes: [{ value: 'read:orders' }] })
  await server.createClientGrant(client.client_id, audience, 'all')
  await server.createConnection('users', {}, [client])
  await server.createUser('users', ada)
  await server.must('PATCH', 'tenants/settings', { default_directory: 'users' })
})

after(() => server.close())

const token = async (): Promise<string> => {
  const { json } = await server.post('/oauth/token', { grant_type: 'client_credentials', ...client, audience })
  return json.access_token
}

describe('discovery', () => {
  it('names the issuer exactly, with port and trailing slash, at both addresses', async () => {
    const oidc = await server.send('/.well-known/openid-configuration')
    const oauth = await server.send('/.well-known/oauth-authorization-server')
    assert.equal(oidc.json.issuer, server.issuer)
    assert.deepEqual(oauth.json, oidc.json)
  })

  it('names only endpoints that exist', async () => {
    const { json } = await server.send('/.well-known/openid-configuration')
    const endpoints = Object.entries(json).filter(([name]) => /_endpoint$|_uri$/.test(name))
    assert.equal(endpoints.length, 5)
    for (const [name, url] of endpoints) {
      const method = /token|revocation/.test(name) ? 'POST' : 'GET'
      const { status } = await send(String(url), { method })
      assert.notEqual(status, 404, name)
    }
  })

  it('may be cached, and read by pages of any origin', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/jwks.json']) {
      const { headers } = await server.send(path, { headers: { origin: 'https://spa.test' } })
      assert.match(headers.get('cache-control') ?? '', /public, max-age=15/)
      assert.equal(headers.get('access-control-allow-origin'), '*')
    }
  })
})

describe('a standard relying party', () => {
  it('discovers, logs in, verifies, reads userinfo, refreshes and revokes', async () => {
    const config = await relyingParty.discovery(
      new URL(server.issuer),
      client.client_id,
      undefined,
      relyingParty.ClientSecretPost(client.client_secret),
      { execute: [relyingParty.allowInsecureRequests, relyingParty.enableNonRepudiationChecks] },
    )
    const tokens = await relyingParty.genericGrantRequest(config, 'password', {
      username: ada.email,
      password: ada.password,
      scope: 'openid profile email offline_access',
    })
    const claims = tokens.claims()
    assert.ok(claims)
    assert.equal(claims.iss, server.issuer)
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
      new URL(server.issuer),
      client.client_id,
      undefined,
      relyingParty.ClientSecretBasic(client.client_secret),
      { execute: [relyingParty.allowInsecureRequests] },
    )
    const { access_token } = await relyingParty.clientCredentialsGrant(config, { audience })
    const jwks = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''))
    const { payload } = await jwtVerify(access_token, jwks, { issuer: server.issuer, audience, algorithms: ['RS256'] })
    assert.equal(payload.sub, `${client.client_id}@clients`)
  })
})

describe('a key rotation', () => {
  it('keeps old tokens valid, and new ones verifiable by keys that were fetched before', async () => {
    const fetched = createLocalJWKSet((await server.send('/.well-known/jwks.json')).json)
    const old = await token()
    const { kid: rotated } = await server.must('POST', 'keys/signing/rotate')
    const fresh = await token()
    assert.equal(decodeProtectedHeader(fresh).kid, rotated)
    assert.notEqual(decodeProtectedHeader(old).kid, rotated)
    await jwtVerify(fresh, fetched)
    const now_published = createLocalJWKSet((await server.send('/.well-known/jwks.json')).json)
    await jwtVerify(old, now_published)
  })

  it('during token requests leaves every token verifiable', async () => {
    const issuing = Array.from({ length: 40 }, () => token())
    await server.must('POST', 'keys/signing/rotate')
    const tokens = await Promise.all([...issuing, ...Array.from({ length: 10 }, () => token())])
    const published = createLocalJWKSet((await server.send('/.well-known/jwks.json')).json)
    for (const each of tokens) await jwtVerify(each, published, { issuer: server.issuer })
    assert.equal(new Set(tokens.map((each) => decodeProtectedHeader(each).kid)).size, 2)
  })

  it('leaves tokens of the last key valid at /userinfo, signed or opaque, until the key is revoked', async () => {
    for (const audience of ['https://orders.test/', undefined]) {
      const { json } = await server.post('/oauth/token', {
        grant_type: 'password',
        ...client,
        audience,
        username: ada.email,
        password: ada.password,
      })
      await server.must('POST', 'keys/signing/rotate')
      const headers = bearer(json.access_token)
      assert.equal((await server.send('/userinfo', { headers })).status, 200)
      await server.must('PUT', `keys/signing/${decodeProtectedHeader(json.id_token).kid}/revoke`)
      assert.equal((await server.send('/userinfo', { headers })).status, 401)
    }
  })
})
