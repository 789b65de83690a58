import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startIssuer, type Issuer } from '../../support/clients/issuer.ts'
import { installExample, runScript, startExample, type RunningExample } from '../../support/clients/running-example.ts'

let issuer: Issuer
let api: RunningExample
const folder = installExample('machine-to-machine')
const resource_server = JSON.parse(readFileSync(join(folder, 'resource-server.json'), 'utf8'))

before(async () => {
  issuer = await startIssuer()
  await issuer.server.must('POST', 'resource-servers', resource_server)
  api = await startExample(issuer, {
    name: 'machine-to-machine',
    environment: ({ server }) => ({ ISSUER: server.issuer }),
  })
})

after(async () => {
  await api?.stop()
  await issuer?.stop()
})

const call = (): Promise<string> =>
  runScript(issuer, folder, 'call', {
    API: api.origin,
    AUTH0_DOMAIN: issuer.domain,
    CLIENT_ID: api.client.client_id,
    CLIENT_SECRET: api.client.client_secret,
  })

describe('examples/machine-to-machine', () => {
  it('calls the API once the client has a grant with the scope', async () => {
    await assert.rejects(call(), /client-grant/)
    await issuer.server.createClientGrant(api.client.client_id, resource_server.identifier, ['read:orders'])
    assert.deepEqual(JSON.parse(await call()), {
      orders: [{ id: 1, total: 42 }],
      caller: `${api.client.client_id}@clients`,
    })
  })

  it('refuses a call without a token, and one with a token for another API', async () => {
    assert.equal((await fetch(`${api.origin}/orders`)).status, 401)
    const token = await issuer.server.managementToken()
    const answer = await fetch(`${api.origin}/orders`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(answer.status, 401)
    assert.match(answer.headers.get('www-authenticate') ?? '', /invalid_token/)
  })
})
