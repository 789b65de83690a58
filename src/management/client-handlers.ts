import { clientById, type Client } from '../clients/client.ts'
import { listClients, type ClientFilter } from '../clients/list-clients.ts'
import { createClient, deleteClient, rotateClientSecret, updateClient } from '../clients/save-client.ts'
import {
  clientGrantById,
  createClientGrant,
  deleteClientGrant,
  listClientGrants,
  showClientGrant,
  updateClientGrant,
} from '../clients/save-client-grant.ts'
import {
  createResourceServer,
  deleteResourceServer,
  listResourceServers,
  resourceServerNamed,
  showResourceServer,
  updateResourceServer,
} from '../clients/save-resource-server.ts'
import { showClient } from '../clients/show-client.ts'
import { Refusal } from '../contract/refusal.ts'
import { managementAudience } from '../tenants/tenant.ts'
import { requireScope, type BearerToken } from './bearer-token.ts'
import type { Handlers } from './handler.ts'
import { listAnswer, pageOf } from './paging.ts'

const seesSecrets = (token: BearerToken): boolean => token.scopes.has('read:client_keys')

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** Operations on clients. */
export const clientHandlers = {
  async listClients(parts, { tenant, token, query }) {
    const { is_global, is_first_party, app_type, client_ids, external_client_id, q } = query
    const filter: ClientFilter = {
      ...(is_global === undefined ? {} : { is_global }),
      ...(is_first_party === undefined ? {} : { is_first_party }),
      ...(app_type === undefined ? {} : { app_types: [...words(app_type), ''] }),
      ...(client_ids === undefined ? {} : { client_ids: [...words(client_ids), ''] }),
      ...(external_client_id === undefined ? {} : { external_client_id }),
      ...(q === undefined || q.trim() === '' ? {} : { text: q.trim() }),
    }
    const found = await listClients(parts.db, tenant.tenant_id, filter, pageOf(query))
    const show = (client: Client) => showClient(parts.sealer, tenant, client, seesSecrets(token))
    return listAnswer('clients', query, { ...found, items: found.items.map(show) })
  },

  createClient: async (parts, { tenant, body }) =>
    showClient(parts.sealer, tenant, await createClient(parts, tenant.tenant_id, body), true),

  async getClient(parts, { tenant, token, params }) {
    const client = await clientById(parts.db, tenant.tenant_id, params.id)
    if (!client) throw new Refusal('inexistent_client')
    return showClient(parts.sealer, tenant, client, seesSecrets(token))
  },

  async updateClient(parts, { tenant, token, params, body }) {
    if (body.client_secret !== undefined) requireScope(token, ['update:client_keys'])
    if (Object.keys(body).some((name) => name !== 'client_secret')) requireScope(token, ['update:clients'])
    const client = await updateClient(parts, tenant.tenant_id, params.id, body)
    return showClient(parts.sealer, tenant, client, seesSecrets(token))
  },

  async deleteClient(parts, { tenant, params }) {
    await deleteClient(parts.db, tenant.tenant_id, params.id)
    return null
  },

  rotateClientSecret: async (parts, { tenant, params }) =>
    showClient(parts.sealer, tenant, await rotateClientSecret(parts, tenant.tenant_id, params.id), true),
} satisfies Partial<Handlers>

/** Operations on resource servers. */
export const resourceServerHandlers = {
  async listResourceServers(parts, { tenant, query }) {
    const { identifiers } = query
    const filter = identifiers === undefined ? {} : { identifiers: [...identifiers, ''] }
    const found = await listResourceServers(parts.db, tenant.tenant_id, filter, pageOf(query))
    return listAnswer('resource_servers', query, { ...found, items: found.items.map(showResourceServer) })
  },

  async createResourceServer(parts, { tenant, issuer, body }) {
    if (body.identifier === managementAudience(issuer)) throw new Refusal('reserved_identifier')
    return showResourceServer(await createResourceServer(parts, tenant.tenant_id, body))
  },

  getResourceServer: async (parts, { tenant, params }) =>
    showResourceServer(await resourceServerNamed(parts.db, tenant.tenant_id, params.id)),

  updateResourceServer: async (parts, { tenant, params, body }) =>
    showResourceServer(await updateResourceServer(parts, tenant.tenant_id, params.id, body)),

  async deleteResourceServer(parts, { tenant, params }) {
    await deleteResourceServer(parts.db, tenant.tenant_id, params.id)
    return null
  },
} satisfies Partial<Handlers>

/** Operations on client grants. */
export const clientGrantHandlers = {
  async listClientGrants(parts, { tenant, query }) {
    const { audience, client_id, subject_type } = query
    if (subject_type === 'user') return listAnswer('client_grants', query, { items: [], total: 0 })
    const filter = {
      ...(audience === undefined ? {} : { audience }),
      ...(client_id === undefined ? {} : { client_id }),
    }
    const found = await listClientGrants(parts.db, tenant.tenant_id, filter, pageOf(query))
    return listAnswer('client_grants', query, { ...found, items: found.items.map(showClientGrant) })
  },

  createClientGrant: async (parts, { tenant, body }) =>
    showClientGrant(await createClientGrant(parts, tenant.tenant_id, body)),

  getClientGrant: async (parts, { tenant, params }) =>
    showClientGrant(await clientGrantById(parts.db, tenant.tenant_id, params.id)),

  updateClientGrant: async (parts, { tenant, params, body }) =>
    showClientGrant(await updateClientGrant(parts, tenant.tenant_id, params.id, body)),

  async deleteClientGrant(parts, { tenant, params }) {
    await deleteClientGrant(parts.db, tenant.tenant_id, params.id)
    return null
  },
} satisfies Partial<Handlers>
