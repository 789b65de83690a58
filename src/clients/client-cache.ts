import type { Clock } from '../base/clock.ts'
import { digestBytes } from '../base/digest.ts'
import { newSecret } from '../base/ids.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createReadCache } from '../store/read-cache.ts'
import type { Db } from '../store/tables.ts'
import { clientGrantFor, type ClientGrant } from './client-grant.ts'
import { clientById, openClientSecret, type Client } from './client.ts'
import { resourceServerByIdentifier, type ResourceServer } from './resource-server.ts'

/** A client with the digest of its secret. An unknown client has the digest of a random secret, so that the check takes the same time. */
export type ClientCredentials = { client: Client | undefined; secret_digest: Buffer }

/** Clients, resource servers and client grants, read from the store at most every `cache_ttl_ms`. */
export type ClientCache = {
  credentials(tenant_id: string, client_id: string): Promise<ClientCredentials>
  client(tenant_id: string, client_id: string): Promise<Client | undefined>
  resourceServer(tenant_id: string, identifier: string): Promise<ResourceServer | undefined>
  clientGrant(tenant_id: string, client_id: string, audience: string): Promise<ClientGrant | undefined>
}

const entries_max = 2000

const dummy_secret_aad = 'client/dummy/secret'

/** Creates the cache. It keeps unknown clients too, so that both take the same time. */
export function createClientCache(deps: { db: Db; clock: Clock; sealer: Sealer }): ClientCache {
  const { db, sealer } = deps
  const dummy_secret_sealed = sealer.seal(newSecret(), dummy_secret_aad)
  const clients = createReadCache<ClientCredentials>(deps, ['clients'], { max: entries_max })
  const resourceServers = createReadCache<ResourceServer | undefined>(deps, ['resource_servers'], { max: entries_max })
  const grants = createReadCache<ClientGrant | undefined>(deps, ['client_grants'], { max: entries_max })
  const credentials = (tenant_id: string, client_id: string): Promise<ClientCredentials> =>
    clients.read([tenant_id, client_id], async () => {
      const client = await clientById(db, tenant_id, client_id)
      const secret = client ? openClientSecret(sealer, client) : sealer.open(dummy_secret_sealed, dummy_secret_aad)
      return { client, secret_digest: digestBytes(secret) }
    })
  return {
    credentials,
    client: async (tenant_id, client_id) => (await credentials(tenant_id, client_id)).client,
    resourceServer: (tenant_id, identifier) =>
      resourceServers.read([tenant_id, identifier], () => resourceServerByIdentifier(db, tenant_id, identifier)),
    clientGrant: (tenant_id, client_id, audience) =>
      grants.read([tenant_id, client_id, audience], () => clientGrantFor(db, tenant_id, client_id, audience)),
  }
}
