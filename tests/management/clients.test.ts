import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, describe, it, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

const make = async (more: object = {}) => await server.must('POST', 'clients', { name: 'shop', ...more })
type Named = { name: string }
const names = (items: Named[]): string[] => items.map((item) => item.name)

describe('clients', () => {
  it('get an id, a secret and the defaults', async () => {
    const client = await make()
    assert.match(client.client_id, /^[A-Za-z0-9]{32}$/)
    assert.match(client.client_secret, /^[A-Za-z0-9_-]{64}$/)
    assert.deepEqual([client.tenant, client.global, client.is_first_party], ['default', false, true])
    assert.deepEqual(client.grant_types, ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'])
    assert.equal((await make({ app_type: 'spa' })).token_endpoint_auth_method, 'none')
  })

  it('keep every property that clients of this API send', async () => {
    const kept = {
      description: 'A shop',
      callbacks: ['https://shop.example/callback'],
      addons: { samlp: { audience: 'x' } },
      mobile: { ios: { team_id: 'T' } },
      oidc_logout: { backchannel_logout_urls: ['https://shop.example/out'] },
      organization_usage: 'deny',
      token_quota: { client_credentials: { enforce: true } },
    }
    const { client_id } = await make({ ...kept, client_metadata: { a: '1', b: null } })
    const read = await server.must('GET', `clients/${client_id}`)
    for (const [name, value] of Object.entries(kept)) assert.deepEqual(read[name], value, name)
    assert.deepEqual(read.client_metadata, { a: '1' })
  })

  it('change in the named properties, metadata member by member', async () => {
    const { client_id } = await make({ callbacks: ['https://a.example/'], client_metadata: { a: '1', b: '2' } })
    const changed = await server.must('PATCH', `clients/${client_id}`, {
      name: 'till',
      client_metadata: { a: null, c: '3' },
    })
    assert.equal(changed.name, 'till')
    const jwt_configuration = { lifetime_in_seconds: 60 }
    const shorter = await server.must('PATCH', `clients/${client_id}`, { jwt_configuration })
    assert.deepEqual(shorter.jwt_configuration, { secret_encoded: false, lifetime_in_seconds: 60 })
    assert.deepEqual(changed.callbacks, ['https://a.example/'])
    assert.deepEqual(changed.client_metadata, { b: '2', c: '3' })
    assert.equal((await server.refused('PATCH', 'clients/nobody', { name: 'x' }))[1], 'inexistent_client')
    assert.equal((await server.refused('PATCH', `clients/${client_id}`, { name: '<b>' }))[0], 400)
  })

  it('take the older name of a property, and show both', async () => {
    const shown = ({ cross_origin_auth, cross_origin_authentication }: Record<string, unknown>) => [
      cross_origin_auth,
      cross_origin_authentication,
    ]
    const client = await make({ cross_origin_auth: true })
    assert.deepEqual(shown(client), [true, true])
    const change = async (body: object) => shown(await server.must('PATCH', `clients/${client.client_id}`, body))
    assert.deepEqual(await change({ cross_origin_auth: false }), [false, false])
    assert.deepEqual(await change({ cross_origin_auth: false, cross_origin_authentication: true }), [true, true])
  })

  it("show the certificate of the tenant's current signing key with their secrets, and refuse another one", async () => {
    const { client_id } = await make()
    const { kid } = await server.must('POST', 'keys/signing/rotate')
    const key = await server.must('GET', `keys/signing/${kid}`)
    const read = await server.must('GET', `clients/${client_id}`)
    const { cert, pkcs7 } = key
    assert.deepEqual(read.signing_keys, [{ cert, pkcs7, subject: `/${new X509Certificate(cert).subject}` }])
    assert.equal((await server.refused('PATCH', `clients/${client_id}`, { signing_keys: [] }))[0], 400)
    const headers = { authorization: `Bearer ${await server.managementToken('read:clients')}` }
    const { json } = await server.send('/api/v2/clients', { headers })
    for (const { client_secret, signing_keys } of json)
      assert.deepEqual([client_secret, signing_keys], [undefined, undefined])
  })

  it('get a new secret, which replaces the old one', async () => {
    const client = await server.createClient({ grant_types: ['client_credentials'] })
    await server.must('POST', 'resource-servers', {
      identifier: 'https://rotate.example/',
      scopes: [{ value: 'read:a' }],
    })
    await server.must('POST', 'client-grants', {
      client_id: client.client_id,
      audience: 'https://rotate.example/',
      scope: ['read:a'],
    })
    const login = async (client_secret: string): Promise<number> =>
      (
        await server.post('/oauth/token', {
          grant_type: 'client_credentials',
          client_id: client.client_id,
          client_secret,
          audience: 'https://rotate.example/',
        })
      ).status
    assert.equal(await login(client.client_secret), 200)
    const rotated = await server.must('POST', `clients/${client.client_id}/rotate-secret`)
    assert.notEqual(rotated.client_secret, client.client_secret)
    assert.deepEqual([await login(client.client_secret), await login(rotated.client_secret)], [401, 200])
  })

  it('are listed with totals and filters', async () => {
    await make({ name: 'native one', app_type: 'native', is_first_party: false })
    const all = await server.must('GET', 'clients?include_totals=true&per_page=100')
    assert.equal(all.total, all.clients.length)
    assert.deepEqual(names(await server.must('GET', 'clients?is_global=true')), ['All Applications'])
    assert.ok(!names(await server.must('GET', 'clients?is_global=false&per_page=100')).includes('All Applications'))
    assert.deepEqual(names(await server.must('GET', 'clients?app_type=native,spa&is_first_party=false')), [
      'native one',
    ])
    assert.ok(!names(await server.must('GET', 'clients?is_first_party=true&per_page=100')).includes('native one'))
    assert.deepEqual(names(await server.must('GET', 'clients?q=NATIVE%20o')), ['native one'])
    assert.deepEqual(await server.must('GET', 'clients?q=100%25'), [])
    const { next, clients } = await server.must('GET', 'clients?take=2')
    const rest = await server.must('GET', `clients?take=100&from=${next}`)
    assert.equal(clients.length + rest.clients.length, all.total)
    assert.deepEqual(await server.must('GET', 'clients?page=999'), [])
    await make({ name: 'CAFÉ' })
    assert.deepEqual(names(await server.must('GET', 'clients?q=caf%C3%A9')), ['CAFÉ'])
  })

  it('are deleted with their grants and enabled connections, except the global client', async () => {
    const { client_id } = await make()
    const connection = await server.createConnection('users', {}, [{ client_id }])
    await server.must('DELETE', `clients/${client_id}`)
    assert.deepEqual((await server.must('GET', `connections/${connection}/clients`)).clients, [])
    const [global] = await server.must('GET', 'clients?is_global=true')
    assert.equal((await server.refused('DELETE', `clients/${global.client_id}`))[0], 403)
    assert.equal(
      (await server.must('PATCH', `clients/${global.client_id}`, { custom_login_page: '<h1>Hi</h1>' })).global,
      true,
    )
  })

  it('lose none of many concurrent changes', async () => {
    const { client_id } = await make()
    const changes = Array.from({ length: 8 }, (_, index) =>
      server.must('PATCH', `clients/${client_id}`, { client_metadata: { [`m${index}`]: 'x' } }),
    )
    await Promise.all(changes)
    assert.equal(Object.keys((await server.must('GET', `clients/${client_id}`)).client_metadata).length, 8)
  })
})

describe('resource servers', () => {
  it('are found by id and by identifier, and keep their identifier', async () => {
    const identifier = 'https://orders.example/v1?x=ä&y'
    const made = await server.must('POST', 'resource-servers', {
      identifier,
      name: 'Orders',
      signing_secret: 'x'.repeat(20),
    })
    assert.match(made.id, /^[0-9a-f]{24}$/)
    assert.doesNotMatch(JSON.stringify(made), /signing_secret/)
    assert.deepEqual(await server.must('GET', `resource-servers/${encodeURIComponent(identifier)}`), made)
    const changed = await server.must('PATCH', `resource-servers/${made.id}`, { token_lifetime: 60 })
    assert.deepEqual([changed.token_lifetime, changed.name, changed.identifier], [60, 'Orders', identifier])
    assert.equal((await server.refused('PATCH', `resource-servers/${made.id}`, { identifier: 'x' }))[0], 400)
    assert.equal((await server.refused('POST', 'resource-servers', { identifier }))[0], 409)
    const found = await server.must('GET', `resource-servers?identifiers=${encodeURIComponent(identifier)}`)
    assert.deepEqual(found, [changed])
    const namesOf = async (...identifiers: string[]) =>
      await Promise.all(
        identifiers.map(async (each) => (await server.must('POST', 'resource-servers', { identifier: each })).name),
      )
    assert.deepEqual(await namesOf('urn:plain', 'urn:<b>', `urn:${'x'.repeat(300)}`), [
      'urn:plain',
      undefined,
      undefined,
    ])
  })

  it('are found by part of the name or the identifier, in upper or lower case, and by the id', async () => {
    const made = await server.must('POST', 'resource-servers', { identifier: 'urn:Ärzte', name: 'Praxis 100%' })
    const found = async (q: string) => {
      const { resource_servers, total } = await server.must(
        'GET',
        `resource-servers?include_totals=true&q=${encodeURIComponent(q)}`,
      )
      assert.equal(total, resource_servers.length)
      return names(resource_servers)
    }
    for (const q of ['PRAXIS', 'ärz', '0%', ` ${made.id} `]) assert.deepEqual(await found(q), ['Praxis 100%'], q)
    for (const q of ['1_0', '%x', 'praxis urn']) assert.deepEqual(await found(q), [], q)
  })

  it('are deleted with the grants for them', async () => {
    const { client_id } = await make()
    const api = await server.must('POST', 'resource-servers', { identifier: 'https://gone.example/' })
    const grant = await server.must('POST', 'client-grants', { client_id, audience: 'https://gone.example/' })
    await server.must('DELETE', `resource-servers/${api.id}`)
    await server.must('DELETE', `resource-servers/${api.id}`)
    assert.equal((await server.refused('GET', `client-grants/${grant.id}`))[1], 'inexistent_client_grant')
  })

  it('include the Management API, which cannot be changed or deleted', async () => {
    const audience = encodeURIComponent(server.first_run.management_audience)
    assert.equal((await server.must('GET', `resource-servers/${audience}`)).is_system, true)
    const refused = await server.refused('PATCH', `resource-servers/${audience}`, { token_lifetime: 60 })
    assert.equal(refused[2], 'System resource servers cannot be patched.')
    assert.equal((await server.refused('DELETE', `resource-servers/${audience}`))[0], 400)
    for (const identifier of [server.first_run.management_audience, `${server.issuer}userinfo`]) {
      const [, , message] = await server.refused('POST', 'resource-servers', { identifier })
      assert.equal(message, 'The selected identifier is reserved.')
    }
  })
})

test('what lists show of APIs, client grants and log streams can be sent back, as Auth0’s tools do', async () => {
  const { client_id } = await make()
  const identifier = 'https://sent-back.example/'
  await server.createResourceServer(identifier, { scopes: [{ value: 'read:all' }] })
  await server.createClientGrant(client_id, identifier, ['read:all'])
  const sink = { httpEndpoint: 'https://siem.example/' }
  await server.must('POST', 'log-streams', { name: 'siem', type: 'http', sink })
  const sendBack = async (path: string, query: string, fixed: string[]) => {
    const [shown] = await server.must('GET', `${path}?${query}`)
    const change = Object.fromEntries(Object.entries(shown).filter(([name]) => !fixed.includes(name)))
    await server.must('PATCH', `${path}/${encodeURIComponent(shown.id)}`, change)
    assert.deepEqual((await server.must('GET', `${path}?${query}`))[0], shown)
  }
  await sendBack('resource-servers', `identifiers=${encodeURIComponent(identifier)}`, ['id', 'identifier'])
  await sendBack('client-grants', `client_id=${client_id}`, ['id', 'client_id', 'audience'])
  await sendBack('log-streams', '', ['id', 'type'])
})

describe('client grants', () => {
  it('exist once per client and resource server, and change only in scope', async () => {
    const { client_id } = await make()
    await server.must('POST', 'resource-servers', {
      identifier: 'https://g.example/',
      scopes: [{ value: 'a' }, { value: 'b' }],
    })
    const body = { client_id, audience: 'https://g.example/', scope: ['a'] }
    const grant = await server.must('POST', 'client-grants', body)
    assert.match(grant.id, /^cgr_[A-Za-z0-9]{16}$/)
    assert.equal((await server.refused('POST', 'client-grants', body))[0], 409)
    assert.deepEqual((await server.must('PATCH', `client-grants/${grant.id}`, { scope: ['b', 'b'] })).scope, ['b'])
    assert.equal((await server.refused('PATCH', `client-grants/${grant.id}`, { audience: 'x' }))[0], 400)
    const listed = await server.must('GET', `client-grants?client_id=${client_id}&include_totals=true&take=50`)
    assert.deepEqual(listed, { client_grants: [{ ...grant, scope: ['b'] }] })
    await server.must('DELETE', `client-grants/${grant.id}`)
    await server.must('DELETE', `client-grants/${grant.id}`)
    assert.deepEqual(await server.must('GET', `client-grants?client_id=${client_id}`), [])
  })

  it('need an existing client and resource server', async () => {
    const { client_id } = await make()
    const unknown_api = { client_id, audience: 'https://nowhere.example/', scope: [] }
    assert.equal((await server.refused('POST', 'client-grants', unknown_api))[1], 'inexistent_resource_server')
    const unknown_client = { client_id: 'nobody', audience: server.first_run.management_audience, scope: [] }
    assert.equal((await server.refused('POST', 'client-grants', unknown_client))[1], 'inexistent_client')
  })
})
