/**
 * Grants: one file per grant of the token endpoint, each with its own part of a request and nothing of what all share. They know
 * neither signing nor the log.
 */
import { Refusal } from '../../contract/refusal.ts'
import { requestedScope } from '../fields.ts'
import { scopeForClient } from '../granted-scope.ts'
import { resolveAudience } from '../resolve-audience.ts'
import type { Grant } from '../token-request.ts'

/** A client acts for itself (RFC 6749 section 4.4), as far as its client grant goes. */
export const clientCredentials: Grant = {
  grant_type: 'client_credentials',
  allowed_by: ['client_credentials'],
  required: [],
  logs: {
    success: 'seccft',
    failure: 'feccft',
    exchange: 'Client Credentials for Access Token',
    login_writes: false,
  },
  async authorize(parts, request) {
    const resource_server = await resolveAudience(parts, request)
    if (!resource_server) throw new Refusal('invalid_request', { message: 'Missing required parameter: audience' })
    const { tenant, client } = request
    const audience = resource_server.identifier
    const grant = await parts.lookups.clientGrant(tenant.tenant_id, client.client_id, audience)
    if (!grant) {
      throw new Refusal('no_client_grant', {
        message: `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API.`,
      })
    }
    const scope = scopeForClient(resource_server, grant, requestedScope(request.fields))
    return { kind: 'client', resource_server, scope, gty: 'client-credentials' }
  },
}
