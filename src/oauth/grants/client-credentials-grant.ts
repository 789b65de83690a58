import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import { recordEvents } from '../../logs/record-event.ts'
import type { Db } from '../../store/tables.ts'
import type { Authorization } from '../authorization.ts'
import { tokenIssuedEvent } from '../token-request-event.ts'
import { optionalText, requestedScope } from '../request-fields.ts'
import { scopeForClient } from '../granted-scope.ts'
import { audience_max, resolveAudience } from '../resolve-audience.ts'
import { signTokens, type SignTokensDeps } from '../sign-tokens.ts'
import type { Grant, GrantLogs, TokenRequest } from '../token-request.ts'

/** Dependencies of the client credentials grant. */
export type ClientCredentialsDeps = SignTokensDeps & {
  db: Db
  clients: Pick<ClientCache, 'resourceServer' | 'clientGrant'>
}

const logs: GrantLogs = {
  success: 'seccft',
  failure: 'feccft',
  exchange: 'Client Credentials for Access Token',
}

async function authorize(
  clients: ClientCredentialsDeps['clients'],
  { tenant, issuer, client, fields }: TokenRequest,
): Promise<Authorization> {
  const resource_server = await resolveAudience(clients, tenant, optionalText(fields, 'audience', audience_max))
  if (!resource_server) throw new Refusal('invalid_request', { message: 'Missing required parameter: audience' })
  const { identifier } = resource_server
  const grant = await clients.clientGrant(tenant.tenant_id, client.client_id, identifier)
  if (!grant) {
    throw new Refusal('no_client_grant', {
      message: `Client is not authorized to access "${identifier}". You need to create a "client-grant" associated to this API.`,
    })
  }
  return {
    tenant,
    issuer,
    client,
    subject: { kind: 'client' },
    resource_server,
    scope: scopeForClient(resource_server, grant, requestedScope(fields)),
    gty: 'client-credentials',
  }
}

/** The client credentials grant (RFC 6749 section 4.4): tokens for the client itself, within its client grant. */
export function clientCredentialsGrant(deps: ClientCredentialsDeps): Grant {
  return {
    grant_type: 'client_credentials',
    allowed_by: ['client_credentials'],
    needs_secret: true,
    required: [],
    logs,
    async issue(request) {
      const authorization = await authorize(deps.clients, request)
      const answer = await signTokens(deps, authorization)
      // Only the log event is stored: the response does not wait until it is on disk.
      const event = tokenIssuedEvent(logs, request, authorization)
      await recordEvents(deps.db, request.tenant.tenant_id, deps.clock.now(), [event], { awaits_disk: false })
      return answer
    },
  }
}
