// Auth0's management SDKs call every operation that they have a method for, and read every list to its end.
import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { after, before, describe, it } from 'node:test'
import { ManagementClient as ManagementClient7 } from 'auth0'
import { ManagementClient as ManagementClient4 } from 'auth0-v4'
import type { Route } from '../../../src/contract/route.ts'
import { routes } from '../../../src/contract/routes.ts'
import { newKey, newPair } from '../../support/client-keys.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { tour as tour2 } from './sdk-tours/version-2.ts'
import { tour as tour4 } from './sdk-tours/version-4.ts'
import { tour as tour7 } from './sdk-tours/version-7.ts'
import { waitUntil } from '../../support/wait-until.ts'
import type { Tour } from './sdk-tours/kit.ts'

// Operations that Auth0 does not have.
const ours =
  /^\w+ (migrations|outbox|script-logs|script-templates|tenant-admins|tenant-admin-invitations|tenants$|tenants\/(:id|plan|first-steps)|anomaly\/blocks\/ips$|jobs$|jobs\/:id\/(file|failed-rows)|connections\/:id\/(script-logs|scripts|inspect|configuration|egress|settings|sign-in-tests)|log-streams\/:id\/(rotate-secret|test)|rules\/(order|try)|actions\/summary|emails\/(delivery|provider\/test)|email-templates\/:name\/preview|branding\/preview|prompts\/:prompt\/default-text)|^GET email-templates$/
const operations = Object.values<Route>(routes)
  .map(({ method, url }) => ({ name: `${method} ${url.slice('/api/v2/'.length)}`, method, url }))
  .filter(({ name }) => !ours.test(name))

// Operations that are called on what there is not: an address that is not locked, an execution of actions that did not happen, and sessions
// of a user who never logged in.
const of_nothing = new Set([
  'GET anomaly/blocks/ips/:ip',
  'GET actions/executions/:id',
  'GET sessions/:id',
  'DELETE sessions/:id',
  'GET refresh-tokens/:id',
  'DELETE refresh-tokens/:id',
])

const sdks: Record<string, { tour: Tour; without: RegExp }> = {
  'auth0 2': {
    tour: tour2,
    without:
      /^(\w+ clients\/:id\/(credentials|connections)|\w+ (users\/:id\/)?(sessions|refresh-tokens)|\w+ connections\/:id\/clients|PUT email-templates|GET client-grants\/:id|\w+ keys\/|\w+ anomaly\/|GET actions\/modules)/,
  },
  'auth0 4': { tour: tour4, without: /^(GET client-grants\/:id|DELETE emails\/provider|GET actions\/modules)/ },
  'auth0 7': { tour: tour7, without: /^never$/ },
}

const patternOf = (url: string): RegExp => new RegExp(`^${url.replaceAll(/:[a-z_]+/g, '[^/]+')}/?$`)

/** The operation of a request: a fixed part of a path wins over a parameter. */
function operationOf(method: string, path: string): string | undefined {
  const fitting = operations.filter((each) => each.method === method && patternOf(each.url).test(path))
  return (fitting.find(({ url }) => !url.includes(':')) ?? fitting[0])?.name
}

for (const [name, { tour, without }] of Object.entries(sdks)) {
  describe(name, () => {
    let server: TestServer
    const called = new Set<string>()
    let pending = 0

    before(async () => {
      server = await startTestServer({ https: true })
      setDefaultCACertificates([...getCACertificates('default'), readFileSync(server.ca_file ?? '', 'utf8')])
      server.internals.app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const { pathname } = new URL(request.url ?? '', server.issuer)
        pending += 1
        response.on('close', () => (pending -= 1))
        response.on('finish', () => {
          const { method = '' } = request
          const operation = operationOf(method, pathname)
          const is_answered =
            response.statusCode < 300 || (response.statusCode === 404 && of_nothing.has(operation ?? ''))
          if (operation !== undefined && is_answered) called.add(operation)
        })
      })
    })

    after(() => server?.close())

    it('calls the operations of the Management API that it has methods for, and reads its lists to their end', async () => {
      const { client_id, client_secret } = server.credentials
      await tour({ domain: server.host, clientId: client_id, clientSecret: client_secret })
      // The client may have read the last answer before the server has noticed that it was sent.
      await waitUntil(() => pending === 0)
      const missing = operations.map((each) => each.name).filter((each) => !called.has(each) && !without.test(each))
      assert.deepEqual(missing, [])
    })
  })
}

describe('a client with a key', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ https: true })
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(server.ca_file ?? '', 'utf8')])
  })
  after(() => server?.close())

  it('uses the Management API with auth0 4 and 7', async () => {
    const { publicKey, privateKey } = newPair()
    const { client_id: clientId } = await server.must('POST', 'clients', {
      name: 'deploys',
      app_type: 'non_interactive',
      client_authentication_methods: { private_key_jwt: { credentials: [newKey(publicKey)] } },
    })
    await server.createClientGrant(clientId, server.credentials.audience, ['read:clients'])
    const clientAssertionSigningKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const settings = { domain: server.host, clientId, clientAssertionSigningKey }
    const of_4 = await new ManagementClient4(settings).clients.get({ client_id: clientId })
    const of_7 = await new ManagementClient7(settings).clients.get(clientId)
    assert.deepEqual([of_4.data.name, of_7.name], ['deploys', 'deploys'])
  })
})
