// Clients that authenticate with a key: their assertions at the token endpoint.
import assert from 'node:assert/strict'
import { randomUUID, type KeyObject } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { decodeJwt, SignJWT, type JWTPayload } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { newKey, newPair, pemOf } from '../support/client-keys.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const audience = 'https://orders.test/'
const minute_ms = 60_000
const [first, second] = [newPair(), newPair()]
let now = Date.now()
let server: TestServer
let client: TestClient
let kid: string

const path = (more = '', { client_id } = client): string => `clients/${client_id}${more}`
/** A client whose key is `first`, and that may have a token for `audience`. */
async function newClient(): Promise<TestClient> {
  const made = await server.must('POST', 'clients', {
    name: 'machine',
    app_type: 'non_interactive',
    client_authentication_methods: { private_key_jwt: { credentials: [newKey(first.publicKey)] } },
  })
  await server.createClientGrant(made.client_id, audience, 'all')
  return { client_id: made.client_id, client_secret: made.client_secret }
}

before(async () => {
  server = await startTestServer({ clock: { now: () => now } })
  await server.createResourceServer(audience)
  client = await newClient()
  kid = (await server.must('GET', path('/credentials')))[0].kid
})

after(() => server.close())

type Assertion = { claims?: JWTPayload; header?: JsonObject; key?: KeyObject | Uint8Array }

function sign({ claims = {}, header = {}, key = first.privateKey }: Assertion = {}): Promise<string> {
  const { client_id } = client
  const at = Math.floor(now / 1000)
  const usual = { iss: client_id, sub: client_id, aud: server.issuer, jti: randomUUID(), exp: at + 60 }
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(key)
}

const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const send = (client_assertion: string, more: JsonObject = {}): Promise<Answer> =>
  server.post('/oauth/token', {
    grant_type: 'client_credentials',
    audience,
    client_assertion,
    client_assertion_type,
    ...more,
  })

const outcome = async (answer: Promise<Answer>): Promise<[number, string]> => {
  const { status, json } = await answer
  return [status, json.error_description ?? json.token_type]
}
const accepted = [200, 'Bearer']
const unauthorized = [401, 'Unauthorized']

describe('a client assertion', () => {
  it('authenticates its client at the token endpoint and at the revocation endpoint, with and without a client_id', async () => {
    const { status, json } = await send(await sign())
    assert.equal(status, 200, JSON.stringify(json))
    assert.equal(decodeJwt(json.access_token).sub, `${client.client_id}@clients`)
    const { client_id } = client
    assert.deepEqual(await outcome(send(await sign(), { client_id })), accepted)
    const revocation = { client_assertion: await sign(), client_assertion_type, token: 'none' }
    assert.equal((await server.post('/oauth/revoke', revocation)).status, 200)
  })

  it('may name the token endpoint, the issuer or both as its audience, and needs no kid', async () => {
    const token_endpoint = `${server.issuer}oauth/token`
    for (const aud of [token_endpoint, [server.issuer], [server.issuer, token_endpoint]]) {
      assert.deepEqual(await outcome(send(await sign({ claims: { aud } }))), accepted, String(aud))
    }
    assert.deepEqual(await outcome(send(await sign({ header: { kid: undefined as never } }))), accepted)
  })

  it('is accepted once, also of ten that arrive together, and again never [guard: assertion-used-once]', async () => {
    const assertion = await sign()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(assertion)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    const used = [401, 'The client assertion is refused: its jti was used before.']
    assert.deepEqual(await outcome(send(assertion)), used)
    const { jti = '' } = decodeJwt(assertion)
    assert.deepEqual(await outcome(send(await sign({ claims: { jti } }))), used, 'another assertion with the jti')
  })

  it('is remembered until it has expired for every clock, and is purged then', async () => {
    const digests = async () =>
      (await server.internals.db.selectFrom('client_assertions').select('expires_at').execute()).length
    await send(await sign())
    assert.ok((await digests()) > 0)
    now += 3 * minute_ms
    const { purgeAssertions } = await import('../../src/oauth/verify-client-assertion.ts')
    const { db, tenant_id } = server.internals
    assert.ok((await purgeAssertions(db, tenant_id, now)) > 0)
    assert.equal(await digests(), 0)
  })

  it('[guard: assertion-audience] for another server, or for this and another one, is refused', async () => {
    const wanted = `aud must be ${server.issuer} or ${server.issuer}oauth/token`
    for (const aud of ['https://other.example/', [server.issuer, 'https://other.example/'], [], `${server.issuer}x`]) {
      const refused = [401, `The client assertion is refused: ${wanted}.`]
      assert.deepEqual(await outcome(send(await sign({ claims: { aud } }))), refused, String(aud))
    }
  })

  it('[guard: assertion-lifetime] is refused after its end, and where its end is far ahead', async () => {
    const at = Math.floor(now / 1000)
    const end = async (exp: unknown) => await outcome(send(await sign({ claims: { exp: exp as number } })))
    assert.deepEqual(await end(at - 20), accepted, 'within the difference of clocks')
    assert.deepEqual(await end(at + 600), accepted)
    assert.deepEqual(await end(at + 700), [401, 'The client assertion is refused: exp is more than 600 seconds ahead.'])
    assert.equal((await end(at - 40))[0], 401)
    assert.equal((await end(undefined))[0], 401)
    assert.equal((await end('soon'))[0], 401)
    assert.equal((await outcome(send(await sign({ claims: { nbf: at + 90 } }))))[0], 401, 'not valid yet')
  })

  it('[guard: assertion-algorithm] in another algorithm than that of the key is refused, as are the public key as a secret, and none', async () => {
    const secret = Buffer.from(pemOf(first.publicKey))
    const [, payload = ''] = (await sign()).split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')
    for (const assertion of [
      await sign({ header: { alg: 'PS256' } }),
      await sign({ header: { alg: 'RS384' } }),
      await sign({ header: { alg: 'HS256' }, key: secret }),
      `${none}.${payload}.`,
      await sign({ key: second.privateKey }),
      await sign({ header: { kid: 'another-key-1' } }),
      await sign({ claims: { sub: 'unknown' } }),
      'e30.e30.e30',
      'nothing',
    ]) {
      assert.deepEqual(await outcome(send(assertion)), unauthorized, assertion.slice(0, 60))
    }
    const by_another = await outcome(send(await sign({ claims: { iss: 'another' } })))
    assert.equal(by_another[0], 401)
    for (const jti of ['', 7, undefined, 'x'.repeat(300)]) {
      assert.equal(
        (await outcome(send(await sign({ claims: { jti: jti as string } }))))[0],
        401,
        String(jti).slice(0, 9),
      )
    }
  })

  it('of another client, and one beside a secret, is refused', async () => {
    const other = await server.createClient()
    const { client_id, client_secret } = client
    assert.deepEqual(await outcome(send(await sign(), { client_id: other.client_id })), unauthorized)
    const once = /^Authenticate the client once/
    assert.match((await outcome(send(await sign(), { client_secret })))[1], once)
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64')
    const body = { client_assertion: await sign(), client_assertion_type, token: 'x' }
    const { status, json } = await server.post('/oauth/revoke', body, { authorization: `Basic ${basic}` })
    assert.equal(status, 400)
    assert.match(json.error_description, once)
    const claims = { iss: other.client_id, sub: other.client_id }
    assert.deepEqual(await outcome(send(await sign({ claims }))), unauthorized, 'a client without keys')
  })
})

describe('a client with keys', () => {
  it('[guard: keys-replace-secret] does not authenticate with its secret, nor without anything, until it has a method for its secret again', async () => {
    const machine = await newClient()
    const request = { grant_type: 'client_credentials', audience, ...machine }
    const { client_secret: _secret, ...nameless } = request
    assert.deepEqual(await outcome(server.post('/oauth/token', request)), unauthorized)
    await server.must('PATCH', path('', machine), { app_type: 'spa' })
    assert.deepEqual(await outcome(server.post('/oauth/token', nameless)), unauthorized)
    const [status, , message] = await server.refused('PATCH', path('', machine), {
      token_endpoint_auth_method: 'none',
    })
    assert.equal(status, 400)
    assert.match(message, /The client authenticates with keys/)
    const changed = await server.must('PATCH', path('', machine), {
      app_type: 'non_interactive',
      token_endpoint_auth_method: 'client_secret_post',
      client_authentication_methods: null,
    })
    assert.equal(changed.token_endpoint_auth_method, 'client_secret_post')
    assert.equal(changed.client_authentication_methods, undefined)
    assert.deepEqual(await outcome(server.post('/oauth/token', request)), accepted)
  })

  it('changes its key without a gap: the new one is created, enabled beside the old one, and the old one deleted', async () => {
    const machine = await newClient()
    const as = machine.client_id
    const [old] = await server.must('GET', path('/credentials', machine))
    const created = await server.must('POST', path('/credentials', machine), newKey(second.publicKey))
    const assertion = (key: KeyObject) =>
      sign({ claims: { iss: as, sub: as }, header: { kid: undefined as never }, key })
    assert.deepEqual(await outcome(send(await assertion(second.privateKey))), unauthorized, 'not enabled yet')
    const enabled = await server.must('PATCH', path('', machine), {
      client_authentication_methods: { private_key_jwt: { credentials: [{ id: old.id }, { id: created.id }] } },
    })
    assert.deepEqual(enabled.client_authentication_methods.private_key_jwt.credentials, [
      { id: old.id },
      { id: created.id },
    ])
    assert.equal(enabled.token_endpoint_auth_method, undefined)
    for (const { privateKey } of [first, second])
      assert.deepEqual(await outcome(send(await assertion(privateKey))), accepted)
    await server.must('DELETE', path(`/credentials/${old.id}`, machine))
    assert.deepEqual(await outcome(send(await assertion(first.privateKey))), unauthorized)
    assert.deepEqual(await outcome(send(await assertion(second.privateKey))), accepted)
    const { client_authentication_methods: methods } = await server.must('GET', path('', machine))
    assert.deepEqual(methods.private_key_jwt.credentials, [{ id: created.id }])
    const expires_at = new Date(now + minute_ms).toISOString()
    await server.must('PATCH', path(`/credentials/${created.id}`, machine), { expires_at })
    assert.deepEqual(await outcome(send(await assertion(second.privateKey))), accepted)
    now += minute_ms
    assert.deepEqual(
      await outcome(send(await assertion(second.privateKey))),
      unauthorized,
      'the credential has expired',
    )
    await server.must('DELETE', path('', machine))
    const rows = await server.internals.db
      .selectFrom('client_credentials')
      .selectAll()
      .where('client_id', '=', machine.client_id)
      .execute()
    assert.deepEqual(rows, [])
  })

  it('may send assertions in RS384 and PS256 where a credential says so', async () => {
    for (const alg of ['RS384', 'PS256']) {
      const machine = await server.must('POST', 'clients', {
        name: alg,
        client_authentication_methods: {
          private_key_jwt: { credentials: [newKey(first.publicKey, { alg, kid: `${alg}-of-machine` })] },
        },
      })
      await server.createClientGrant(machine.client_id, audience, 'all')
      const { client_id } = machine
      const claims = { iss: client_id, sub: client_id }
      const assertion = await sign({ claims, header: { alg, kid: `${alg}-of-machine` } })
      assert.deepEqual(await outcome(send(assertion)), accepted, alg)
    }
  })
})
