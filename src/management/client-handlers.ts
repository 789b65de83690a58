import { isDeepStrictEqual } from 'node:util'
import { clientById, type Client } from '../clients/client.ts'
import { listClients, type ClientFilter } from '../clients/list-clients.ts'
import {
  createClient,
  deleteClient,
  rotateClientSecret,
  updateClient,
  type SaveClientDeps,
} from '../clients/manage-clients.ts'
import {
  clientGrantById,
  clientOfGrant,
  createClientGrant,
  deleteClientGrant,
  listClientGrants,
  showClientGrant,
  updateClientGrant,
} from '../clients/manage-client-grants.ts'
import {
  createResourceServer,
  deleteResourceServer,
  listResourceServers,
  resourceServerByIdOrIdentifier,
  showResourceServer,
  updateResourceServer,
} from '../clients/manage-resource-servers.ts'
import { showClient, type ClientKeys } from '../clients/show-client.ts'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import type { Client as ShownClient } from '../contract/client.ts'
import { Refusal } from '../contract/refusal.ts'
import { showSigningCertificates } from '../keys/show-signing-keys.ts'
import type { Db } from '../store/tables.ts'
import { managementAudience, userinfoAudience, type Tenant } from '../tenants/tenant.ts'
import { requireScope } from './authorize-route.ts'
import type { Handlers } from './handler.ts'
import { listAnswer, pageOf } from './paging.ts'
import { clientsBeyondRole, requireClientWithinRole, requireGrantWithinRole, type RoleCaller } from './role-limits.ts'

type ShowClientDeps = Pick<SaveClientDeps, 'db' | 'sealer'>

const keysOf = async ({ db, sealer }: ShowClientDeps, { tenant_id }: Tenant): Promise<ClientKeys> => ({
  sealer,
  signing_keys: await showSigningCertificates(db, tenant_id),
})

/** Returns the function that shows clients to a caller: with their secrets where the caller may read them, and to admins with those beyond their role named. */
async function clientView(deps: ShowClientDeps, caller: RoleCaller): Promise<(client: Client) => ShownClient> {
  const { tenant, token } = caller
  const is_admin = token.subject === 'admin'
  const reads_keys = token.scopes.has('read:client_keys')
  const [beyond, keys] = await Promise.all([
    is_admin || reads_keys ? clientsBeyondRole(deps.db, caller) : new Set<string>(),
    reads_keys ? keysOf(deps, tenant) : undefined,
  ])
  return (client) => {
    const is_beyond = beyond.has(client.client_id)
    const shown = showClient(tenant, client, is_beyond ? undefined : keys)
    return is_admin && is_beyond ? { ...shown, is_beyond_role: true } : shown
  }
}

// Changes of these neither stop a client nor weaken it.
const harmless_members = new Set(['name', 'description', 'logo_uri', 'client_metadata'])

/** Requires that a caller who changes more of a client than its name may change it: it may have scopes beyond the caller's role. */
async function requireChangeWithinRole(
  deps: ShowClientDeps,
  caller: RoleCaller,
  client_id: string,
  change: Record<string, unknown>,
): Promise<void> {
  const client = await clientById(deps.db, caller.tenant.tenant_id, client_id)
  if (!client) return
  const shown: Record<string, unknown> = { ...showClient(caller.tenant, client, undefined) }
  const differs = ([name, value]: [string, unknown]): boolean =>
    !harmless_members.has(name) && !isDeepStrictEqual(value, shown[name])
  if (Object.entries(change).some(differs)) await requireClientWithinRole(deps.db, caller, client_id)
}

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** Operations on clients. */
export function clientHandlers(deps: SaveClientDeps) {
  return {
    async listClients({ tenant, issuer, token, query }) {
      const { is_global, is_first_party, app_type, client_ids, external_client_id, q } = query
      const filter: ClientFilter = defined({
        is_global,
        is_first_party,
        app_types: app_type === undefined ? undefined : [...splitList(app_type), ''],
        client_ids: client_ids === undefined ? undefined : [...splitList(client_ids), ''],
        external_client_id,
        text: q?.trim() || undefined,
      })
      const found = await listClients(deps.db, tenant.tenant_id, filter, pageOf(query))
      const show = await clientView(deps, { tenant, issuer, token })
      return listAnswer('clients', query, { ...found, items: found.items.map(show) })
    },

    async createClient({ tenant, token, body }) {
      if (body.client_authentication_methods) requireScope(token, ['create:client_credentials'])
      return showClient(tenant, await createClient(deps, tenant.tenant_id, body), await keysOf(deps, tenant))
    },

    async getClient({ tenant, issuer, token, params }) {
      const client = await clientById(deps.db, tenant.tenant_id, params.id)
      if (!client) throw new Refusal('inexistent_client')
      const show = await clientView(deps, { tenant, issuer, token })
      return show(client)
    },

    async updateClient({ tenant, issuer, token, params, body }) {
      const { client_secret, client_authentication_methods, ...others } = body
      if (client_secret !== undefined) requireScope(token, ['update:client_keys'])
      if (client_authentication_methods !== undefined) requireScope(token, ['update:client_credentials'])
      if (Object.keys(others).length > 0) requireScope(token, ['update:clients'])
      const change = defined({ client_secret, client_authentication_methods, ...others })
      await requireChangeWithinRole(deps, { tenant, issuer, token }, params.id, change)
      const client = await updateClient(deps, tenant.tenant_id, params.id, body)
      const show = await clientView(deps, { tenant, issuer, token })
      return show(client)
    },

    async deleteClient({ tenant, issuer, token, params }) {
      await requireClientWithinRole(deps.db, { tenant, issuer, token }, params.id)
      await deleteClient(deps.db, tenant.tenant_id, params.id)
      return null
    },

    async rotateClientSecret({ tenant, issuer, token, params }) {
      await requireClientWithinRole(deps.db, { tenant, issuer, token }, params.id)
      const client = await rotateClientSecret(deps, tenant.tenant_id, params.id)
      return showClient(tenant, client, await keysOf(deps, tenant))
    },
  } satisfies Partial<Handlers>
}

/** Operations on resource servers. */
export function resourceServerHandlers(deps: { db: Db; clock: Clock }) {
  return {
    async listResourceServers({ tenant, query }) {
      const { identifiers, q } = query
      const filter = defined({ identifiers: identifiers && [...identifiers, ''], text: q?.trim() || undefined })
      const found = await listResourceServers(deps.db, tenant.tenant_id, filter, pageOf(query))
      return listAnswer('resource_servers', query, { ...found, items: found.items.map(showResourceServer) })
    },

    async createResourceServer({ tenant, issuer, body }) {
      if ([managementAudience(issuer), userinfoAudience(issuer)].includes(body.identifier)) {
        throw new Refusal('reserved_identifier')
      }
      return showResourceServer(await createResourceServer(deps, tenant.tenant_id, body))
    },

    getResourceServer: async ({ tenant, params }) =>
      showResourceServer(await resourceServerByIdOrIdentifier(deps.db, tenant.tenant_id, params.id)),

    updateResourceServer: async ({ tenant, params, body }) =>
      showResourceServer(await updateResourceServer(deps, tenant.tenant_id, params.id, body)),

    async deleteResourceServer({ tenant, params }) {
      await deleteResourceServer(deps.db, tenant.tenant_id, params.id)
      return null
    },
  } satisfies Partial<Handlers>
}

/** Operations on client grants. */
export function clientGrantHandlers(deps: { db: Db; clock: Clock }) {
  return {
    async listClientGrants({ tenant, query }) {
      const { audience, client_id, subject_type } = query
      if (subject_type === 'user') return listAnswer('client_grants', query, { items: [], total: 0 })
      const filter = defined({ audience, client_id })
      const found = await listClientGrants(deps.db, tenant.tenant_id, filter, pageOf(query))
      return listAnswer('client_grants', query, { ...found, items: found.items.map(showClientGrant) })
    },

    async createClientGrant({ tenant, issuer, token, body }) {
      const { audience, scope = [], allow_all_scopes = false } = body
      requireGrantWithinRole({ tenant, issuer, token }, audience, { scope, allow_all_scopes })
      return showClientGrant(await createClientGrant(deps, tenant.tenant_id, body))
    },

    getClientGrant: async ({ tenant, params }) =>
      showClientGrant(await clientGrantById(deps.db, tenant.tenant_id, params.id)),

    async updateClientGrant({ tenant, issuer, token, params, body }) {
      const { audience, client_id, ...before } = await clientGrantById(deps.db, tenant.tenant_id, params.id)
      await requireClientWithinRole(deps.db, { tenant, issuer, token }, client_id)
      const { scope = before.scope, allow_all_scopes = before.allow_all_scopes } = body
      const after = { scope: scope ?? [], allow_all_scopes: allow_all_scopes === true }
      requireGrantWithinRole({ tenant, issuer, token }, audience, after)
      return showClientGrant(await updateClientGrant(deps, tenant.tenant_id, params.id, body))
    },

    async deleteClientGrant({ tenant, issuer, token, params }) {
      const client_id = await clientOfGrant(deps.db, tenant.tenant_id, params.id)
      if (client_id === undefined) return null
      await requireClientWithinRole(deps.db, { tenant, issuer, token }, client_id)
      await deleteClientGrant(deps.db, tenant.tenant_id, params.id)
      return null
    },
  } satisfies Partial<Handlers>
}
