import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { newKey, newPair } from '../support/client-keys.ts'
import { bearer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const minute_ms = 60_000
const now = Date.now()
const { publicKey, privateKey } = newPair()
let server: TestServer

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
})

after(() => server.close())

const path = ({ client_id }: { client_id: string }, more = ''): string => `clients/${client_id}${more}`

describe('the credentials of a client', () => {
  it('are created, read, changed and deleted', async () => {
    const machine = await server.createClient()
    const expires_at = new Date(now + 10 * minute_ms).toISOString()
    const body = newKey(publicKey, { name: 'first', expires_at })
    const { id, created_at, updated_at, ...made } = await server.must('POST', path(machine, '/credentials'), body)
    assert.match(id, /^cred_[A-Za-z0-9]{16}$/)
    assert.deepEqual([created_at, updated_at], [new Date(now).toISOString(), new Date(now).toISOString()])
    const thumbprint = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }))
    const shown = { credential_type: 'public_key', name: 'first', kid: thumbprint, alg: 'RS256', expires_at }
    assert.deepEqual(made, shown)
    const read = await server.must('GET', path(machine, `/credentials/${id}`))
    assert.deepEqual(read, { id, created_at, updated_at, ...shown })
    assert.deepEqual(await server.must('GET', path(machine, '/credentials')), [read])
    const endless = await server.must('PATCH', path(machine, `/credentials/${id}`), { expires_at: null })
    assert.equal(endless.expires_at, undefined)
    assert.equal((await server.refused('POST', path(machine, '/credentials'), body))[1], 'client_credential_conflict')
    await server.must('DELETE', path(machine, `/credentials/${id}`))
    assert.equal((await server.refused('GET', path(machine, `/credentials/${id}`)))[1], 'inexistent_client_credential')
    assert.equal(
      (await server.refused('PATCH', path(machine, `/credentials/${id}`), {}))[1],
      'inexistent_client_credential',
    )
    assert.equal((await server.refused('GET', 'clients/nobody/credentials'))[1], 'inexistent_client')
  })

  it('are RSA public keys of a usual size, of which a client has ten at most', async () => {
    const machine = await server.createClient()
    const refused = async (body: JsonObject) => (await server.refused('POST', path(machine, '/credentials'), body))[2]
    assert.match(await refused(newKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())), /private key/)
    assert.match(await refused(newKey('key')), /Not a public key/)
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
    assert.match(await refused(newKey(small.publicKey)), /2048 to 8192 bits/)
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    assert.match(await refused(newKey(curve.publicKey)), /RSA/)
    const jwk = { ...publicKey.export({ format: 'jwk' }), e: publicKey.export({ format: 'jwk' }).n ?? '' }
    const slow = createPublicKey({ key: jwk, format: 'jwk' })
    assert.match(await refused(newKey(slow)), /exponent/)
    assert.match(await refused(newKey(publicKey, { expires_at: new Date(now).toISOString() })), /has expired/)
    assert.match(await refused(newKey(publicKey, { parse_expiry_from_cert: true })), /without a certificate/)
    for (let nth = 0; nth < 10; nth += 1) {
      await server.must('POST', path(machine, '/credentials'), newKey(publicKey, { kid: `key-number-${nth}` }))
    }
    const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    assert.match(await refused(newKey(pkcs1, { kid: 'one-too-many' })), /10 credentials/)
    const unknown = { client_authentication_methods: { private_key_jwt: { credentials: [{ id: 'cred_unknown' }] } } }
    assert.match((await server.refused('PATCH', path(machine), unknown))[2], /no credential cred_unknown/)
  })

  it('may be certificates, whose end is that of the credential on request', async () => {
    const machine = await server.createClient()
    const { cert } = (await server.must('GET', 'keys/signing'))[0]
    const read = await server.must(
      'POST',
      path(machine, '/credentials'),
      newKey(cert, { parse_expiry_from_cert: true }),
    )
    assert.ok(Date.parse(read.expires_at) > now)
  })

  it('[guard: credentials-within-role] of a client with scopes that only owners grant are not for tokens of clients', async () => {
    const own = { client_id: server.credentials.client_id, client_secret: '' }
    const methods = { client_authentication_methods: null }
    assert.equal((await server.refused('GET', path(own, '/credentials')))[1], 'insufficient_scope')
    assert.equal((await server.refused('POST', path(own, '/credentials'), newKey(publicKey)))[1], 'insufficient_scope')
    assert.equal((await server.refused('PATCH', path(own), methods))[1], 'insufficient_scope')
    const token = await server.managementToken('update:clients create:clients')
    const headers = bearer(token)
    const patched = await server.send(`/api/v2/${path(await server.createClient())}`, {
      method: 'PATCH',
      headers,
      body: methods,
    })
    assert.equal(patched.status, 403)
    const body = { name: 'x', client_authentication_methods: { private_key_jwt: { credentials: [newKey(publicKey)] } } }
    assert.equal((await server.send('/api/v2/clients', { method: 'POST', headers, body })).status, 403)
  })
})
