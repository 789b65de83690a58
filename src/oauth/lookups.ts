import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { digestOfSecret } from '../base/digest.ts'
import { newSecret } from '../base/ids.ts'
import { clientById, openClientSecret, type Client } from '../clients/client.ts'
import { clientGrantFor, type ClientGrant } from '../clients/client-grant.ts'
import { resourceServerByIdentifier, type ResourceServer } from '../clients/resource-server.ts'
import { connectionByRealm, isConnectionEnabled, type Connection } from '../connections/connection.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Db } from '../store/tables.ts'

/** A client that may be there, with the digest of its secret; of nobody's secret where there is none. */
export type KnownClient = { client: Client | undefined; secret_digest: Buffer }

/** What nearly every request needs and hardly ever changes, kept for a few seconds. */
export type Lookups = {
  knownClient(tenant_id: string, client_id: string): Promise<KnownClient>
  client(tenant_id: string, client_id: string): Promise<Client | undefined>
  resourceServer(tenant_id: string, identifier: string): Promise<ResourceServer | undefined>
  clientGrant(tenant_id: string, client_id: string, audience: string): Promise<ClientGrant | undefined>
  /** The connection that answers to a realm, and whether the client may use it. */
  connection(
    tenant_id: string,
    realm: string,
    client_id: string,
  ): Promise<{ connection: Connection; is_enabled: boolean } | undefined>
}

/**
 * How long a client, resource server, client grant or connection is used without being read again. A change is seen by every
 * process after this at the latest, and at once by a process that calls `forgetLookups`.
 */
export const lookups_follow_after_ms = 5000

const kept_most = 2000
// A connection is kept with its scripts, which may be large.
const connections_most = 100

// Where the secret of nobody may be opened.
const nobody_place = 'client/nobody/secret'

type Kept = { read_at: number; found: Promise<unknown> }
type Keeps = { small: LRUCache<string, Kept>; connections: LRUCache<string, Kept> }
const keptOf = new WeakMap<Db, Keeps>()

/**
 * Makes lookups on a store. What is not there is kept like what is: an unknown client costs what a known one costs.
 */
export function createLookups({ db, clock, sealer }: { db: Db; clock: Clock; sealer: Sealer }): Lookups {
  const nobody_sealed = sealer.seal(newSecret(), nobody_place)
  const keeps = keptOf.get(db) ?? {
    small: new LRUCache<string, Kept>({ max: kept_most }),
    connections: new LRUCache<string, Kept>({ max: connections_most }),
  }
  keptOf.set(db, keeps)

  // `kind` and `tenant_id` make the name's type: one name is only ever read in one way.
  function keep<T>(name: string[], read: () => Promise<T>, kept = keeps.small): Promise<T> {
    const key = JSON.stringify(name)
    const known = kept.get(key)
    const age_ms = known ? clock.now() - known.read_at : Number.POSITIVE_INFINITY
    // A clock that was set back has no say in how old something is.
    if (known && age_ms >= 0 && age_ms < lookups_follow_after_ms) return known.found as Promise<T>
    const entry = { read_at: clock.now(), found: read() }
    kept.set(key, entry)
    entry.found.catch(() => {
      if (kept.get(key) === entry) kept.delete(key)
    })
    return entry.found
  }

  const knownClient = (tenant_id: string, client_id: string): Promise<KnownClient> =>
    keep(['client', tenant_id, client_id], async () => {
      const client = await clientById(db, tenant_id, client_id)
      const secret = client ? openClientSecret(sealer, client) : sealer.open(nobody_sealed, nobody_place)
      return { client, secret_digest: digestOfSecret(secret) }
    })

  return {
    knownClient,
    client: async (tenant_id, client_id) => (await knownClient(tenant_id, client_id)).client,
    resourceServer: (tenant_id, identifier) =>
      keep(['resource server', tenant_id, identifier], () => resourceServerByIdentifier(db, tenant_id, identifier)),
    clientGrant: (tenant_id, client_id, audience) =>
      keep(['client grant', tenant_id, client_id, audience], () => clientGrantFor(db, tenant_id, client_id, audience)),
    async connection(tenant_id, realm, client_id) {
      const connection = await keep(
        ['connection', tenant_id, realm],
        () => connectionByRealm(db, tenant_id, realm),
        keeps.connections,
      )
      if (!connection) return undefined
      const is_enabled = await keep(['enabled', tenant_id, connection.connection_id, client_id], () =>
        isConnectionEnabled(db, connection, client_id),
      )
      return { connection, is_enabled }
    },
  }
}

/** Drops what is kept of a store, so that a change made in this process shows at once. Call it after the change. */
export function forgetLookups(db: Db): void {
  const keeps = keptOf.get(db)
  keeps?.small.clear()
  keeps?.connections.clear()
}
