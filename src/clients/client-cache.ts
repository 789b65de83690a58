import type { Clock } from '../base/clock.ts'
import { digestBytes } from '../base/digest.ts'
import { newSecret } from '../base/ids.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createReadCache } from '../store/read-cache.ts'
import type { Db } from '../store/tables.ts'
import { clientGrantFor, type ClientGrant } from './client-grant.ts'
import { clientKeysOf, type ClientKey } from './client-credentials.ts'
import { clientById, openClientSecret, type Client } from './client.ts'
import { globalLoginPage, loginPageOf, type LoginPage } from './login-page.ts'
import { readSignInTest, signInTestClient } from './sign-in-test.ts'
import { resourceServerByIdentifier, type ResourceServer } from './resource-server.ts'

/**
 * A client with the digest of its secret and the keys that it authenticates with. An unknown client has the digest of a random secret, so
 * that the check takes the same time.
 */
export type ClientCredentials = { client: Client | undefined; secret_digest: Buffer; keys: ClientKey[] }

/**
 * Clients, resource servers and client grants, read from the store at most every `cache_ttl_ms`. `data` of these clients has none of the
 * properties that hold HTML: each may have 500,000 characters.
 */
export type ClientCache = {
  credentials(tenant_id: string, client_id: string): Promise<ClientCredentials>
  client(tenant_id: string, client_id: string): Promise<Client | undefined>
  /** The client of a login on the tenant's pages: that with this id, or that of a sign-in test, which nothing else accepts. */
  clientOfLogin(tenant_id: string, client_id: string): Promise<Client | undefined>
  /** The tenant's own HTML of the login page of a client: the client's, else that of the global client. */
  loginPage(tenant_id: string, client_id: string): Promise<string | undefined>
  resourceServer(tenant_id: string, identifier: string): Promise<ResourceServer | undefined>
  clientGrant(tenant_id: string, client_id: string, audience: string): Promise<ClientGrant | undefined>
}

const entries_max = 2000
// An entry may have 500,000 characters.
const pages_max = 100

const html_properties: readonly string[] = ['custom_login_page', 'custom_login_page_preview', 'form_template']

function withoutHtml(client: Client | undefined): Client | undefined {
  const data = Object.entries(client?.data ?? {}).filter(([name]) => !html_properties.includes(name))
  return client && { ...client, data: Object.fromEntries(data) }
}

const dummy_secret_aad = 'client/dummy/secret'

/** Creates the cache. It keeps unknown clients too, so that both take the same time. */
export function createClientCache(deps: { db: Db; clock: Clock; sealer: Sealer }): ClientCache {
  const { db, sealer } = deps
  const dummy_secret_sealed = sealer.seal(newSecret(), dummy_secret_aad)
  const clients = createReadCache<ClientCredentials>(deps, ['clients', 'client_credentials'], { max: entries_max })
  const resourceServers = createReadCache<ResourceServer | undefined>(deps, ['resource_servers'], { max: entries_max })
  const pages = createReadCache<LoginPage>(deps, ['clients'], { max: pages_max })
  const grants = createReadCache<ClientGrant | undefined>(deps, ['client_grants'], { max: entries_max })
  const credentials = (tenant_id: string, client_id: string): Promise<ClientCredentials> =>
    clients.read([tenant_id, client_id], async () => {
      const client = withoutHtml(await clientById(db, tenant_id, client_id))
      const secret = client ? openClientSecret(sealer, client) : sealer.open(dummy_secret_sealed, dummy_secret_aad)
      return { client, secret_digest: digestBytes(secret), keys: client ? await clientKeysOf(db, client) : [] }
    })
  const clientOf = async (tenant_id: string, client_id: string): Promise<Client | undefined> =>
    (await credentials(tenant_id, client_id)).client
  return {
    credentials,
    client: clientOf,
    async clientOfLogin(tenant_id, client_id) {
      const test = readSignInTest(sealer, tenant_id, client_id, deps.clock.now())
      return test ? signInTestClient(tenant_id, client_id, test) : await clientOf(tenant_id, client_id)
    },
    async loginPage(tenant_id, client_id) {
      const own = await pages.read([tenant_id, client_id], () => loginPageOf(db, tenant_id, client_id))
      if (own !== undefined) return own ?? undefined
      return (await pages.read([tenant_id], () => globalLoginPage(db, tenant_id))) ?? undefined
    },
    resourceServer: (tenant_id, identifier) =>
      resourceServers.read([tenant_id, identifier], () => resourceServerByIdentifier(db, tenant_id, identifier)),
    clientGrant: (tenant_id, client_id, audience) =>
      grants.read([tenant_id, client_id, audience], () => clientGrantFor(db, tenant_id, client_id, audience)),
  }
}
