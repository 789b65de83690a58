// The certification plans of the OpenID Foundation, with the default response modes and one with form_post; the long tier has the others.
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { response_types, testFlow } from './conformance-plan.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

for (const response_type of response_types) testFlow({ response_type }, () => server)
testFlow({ response_type: 'code', response_mode: 'form_post' }, () => server)

it('publishes distinct public keys with key ids', async () => {
  const { keys } = (await server.send('/.well-known/jwks.json')).json as { keys: Record<string, string>[] }
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length)
  for (const key of keys) {
    assert.ok(key['kid'])
    assert.deepEqual([key['d'], key['p'], key['k']], [undefined, undefined, undefined])
  }
})

it('publishes a discovery document with the required members', async () => {
  const { status, json } = await server.send('/.well-known/openid-configuration')
  assert.equal(status, 200)
  assert.equal(json.issuer, server.issuer)
  for (const [name, value] of Object.entries(json as Record<string, unknown>)) {
    if (/_endpoint$|_uri$/.test(name)) assert.ok(String(value).startsWith(server.issuer), name)
  }
  assert.ok(json.id_token_signing_alg_values_supported.includes('RS256'))
  assert.deepEqual(json.subject_types_supported, ['public'])
  assert.ok(json.scopes_supported.includes('openid'))
  assert.ok(json.claims_supported.length > 5)
  const listed = (json.response_types_supported as string[]).map((type) => type.split(' ').toSorted().join(' '))
  for (const type of response_types) assert.ok(listed.includes(type.split(' ').toSorted().join(' ')), type)
  for (const method of ['client_secret_basic', 'client_secret_post']) {
    assert.ok(json.token_endpoint_auth_methods_supported.includes(method))
  }
})
