import type { Chapter } from '../chapter.ts'
import { textMember } from '../json.ts'

const identifier = 'https://api.tour.example'

/** Clients, resource servers and client grants through the Management API. */
export const clients: Chapter = {
  name: 'clients',
  async run(tour) {
    const { manage } = tour
    const made = await manage('a client', 'POST', 'clients', {
      name: 'Shop',
      app_type: 'regular_web',
      callbacks: ['https://shop.example/callback'],
      grant_types: ['password', 'client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
      client_metadata: { team: 'shop' },
    })
    const client_id = textMember(made.json, 'client_id')
    await manage('a client with its defaults', 'POST', 'clients', { name: 'Defaults' })
    await manage('a client without a name', 'POST', 'clients', {})
    await manage('a client with an unknown property', 'POST', 'clients', { name: 'Odd', odd: 1 })
    await manage('the clients', 'GET', 'clients?fields=name,client_id,app_type', undefined, { unordered: [''] })
    await manage(
      'the clients with totals',
      'GET',
      'clients?include_totals=true&fields=name&is_global=false',
      undefined,
      {
        unordered: ['clients'],
      },
    )
    await manage('a client by id', 'GET', `clients/${client_id}`)
    await manage('an unknown client', 'GET', 'clients/unknown')
    await manage('a changed client', 'PATCH', `clients/${client_id}`, {
      name: 'Shop 2',
      client_metadata: { team: null, floor: '2' },
      refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 3 },
    })
    await manage('a client gets a secret', 'PATCH', `clients/${client_id}`, {
      client_secret: 'a secret of my own'.replaceAll(' ', '-'),
    })
    await manage('a new secret', 'POST', `clients/${client_id}/rotate-secret`)
    await manage('a new secret of an unknown client', 'POST', 'clients/unknown/rotate-secret')

    const api = await manage('a resource server', 'POST', 'resource-servers', {
      name: 'Things',
      identifier,
      scopes: [{ value: 'read:things', description: 'Read things' }, { value: 'write:things' }],
      token_lifetime: 3600,
    })
    const resource_server_id = textMember(api.json, 'id')
    await manage('the identifier is taken', 'POST', 'resource-servers', { identifier })
    await manage('the identifier of the Management API', 'POST', 'resource-servers', {
      identifier: tour.first_run.management_audience,
    })
    await manage('the actions', 'GET', 'actions/actions')
    await manage('the resource servers', 'GET', `resource-servers?identifiers=${encodeURIComponent(identifier)}`)
    await manage('the resource servers with totals', 'GET', 'resource-servers?include_totals=true', undefined, {
      unordered: ['resource_servers'],
    })
    await manage('a resource server by id', 'GET', `resource-servers/${resource_server_id}`)
    await manage('a resource server by identifier', 'GET', `resource-servers/${encodeURIComponent(identifier)}`)
    await manage('an unknown resource server', 'GET', 'resource-servers/unknown')
    await manage('a changed resource server', 'PATCH', `resource-servers/${resource_server_id}`, {
      scopes: [{ value: 'read:things' }],
    })

    const grant = await manage('a client grant', 'POST', 'client-grants', {
      client_id,
      audience: identifier,
      scope: ['read:things'],
    })
    const grant_id = textMember(grant.json, 'id')
    await manage('the client grant exists', 'POST', 'client-grants', { client_id, audience: identifier, scope: [] })
    await manage('a client grant for an unknown API', 'POST', 'client-grants', {
      client_id,
      audience: 'https://unknown.example',
    })
    await manage('the client grants', 'GET', `client-grants?client_id=${client_id}`)
    await manage('the client grants with totals', 'GET', 'client-grants?include_totals=true', undefined, {
      unordered: ['client_grants'],
    })
    await manage('a client grant by id', 'GET', `client-grants/${grant_id}`)
    await manage('a changed client grant', 'PATCH', `client-grants/${grant_id}`, { scope: [] })
    await manage('a client grant is deleted', 'DELETE', `client-grants/${grant_id}`)
    await manage('a deleted client grant', 'GET', `client-grants/${grant_id}`)
    await manage('a resource server is deleted', 'DELETE', `resource-servers/${resource_server_id}`)
    await manage('a deleted resource server', 'GET', `resource-servers/${resource_server_id}`)
    await manage('a client is deleted', 'DELETE', `clients/${client_id}`)
    await manage('a deleted client', 'GET', `clients/${client_id}`)
  },
}
