import type { ClientCache } from '../../clients/client-cache.ts'
import type { ResourceServer } from '../../clients/resource-server.ts'
import { Refusal } from '../../contract/refusal.ts'
import { recordEvents } from '../../logs/record-event.ts'
import type { CredentialsExchange, DecideExchange } from '../../rules/credentials-exchange.ts'
import type { Db } from '../../store/tables.ts'
import type { Authorization } from '../authorization.ts'
import { tokenIssuedEvent } from '../token-request-event.ts'
import { optionalText, requestedScope } from '../request-fields.ts'
import { readableParameters } from '../login-grant.ts'
import { scopeForClient } from '../granted-scope.ts'
import { audience_max, resolveAudience, unknownAudience } from '../resolve-audience.ts'
import { signTokens, type SignTokensDeps } from '../sign-tokens.ts'
import type { Grant, GrantLogs, TokenRequest } from '../token-request.ts'

/** Dependencies of the client credentials grant. */
export type ClientCredentialsDeps = SignTokensDeps & {
  db: Db
  clients: Pick<ClientCache, 'resourceServer' | 'clientGrant'>
  decideExchange: DecideExchange
}

const logs: GrantLogs = {
  success: 'seccft',
  failure: 'feccft',
  exchange: 'Client Credentials for Access Token',
}

type ClientAuthorization = Authorization & { resource_server: ResourceServer }

/** Without a resource server a token is for `/userinfo`, which has users only. */
const noResourceServer = (audience: string | undefined): Refusal =>
  audience === undefined
    ? new Refusal('invalid_request', { message: 'Missing required parameter: audience' })
    : unknownAudience(audience)

async function authorize(
  clients: ClientCredentialsDeps['clients'],
  request: TokenRequest,
): Promise<ClientAuthorization> {
  const { tenant, issuer, client, fields } = request
  const audience = optionalText(fields, 'audience', audience_max)
  const resource_server = await resolveAudience(clients, request, audience)
  if (!resource_server) throw noResourceServer(audience)
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

/** What the actions of `credentials-exchange` decide about. */
function exchangeOf(
  { tenant, client, caller, fields }: TokenRequest,
  authorization: ClientAuthorization,
): CredentialsExchange {
  const { scope, resource_server } = authorization
  const requested_scope = requestedScope(fields) ?? scope
  const audience = resource_server.identifier
  return { tenant, client, caller, body: readableParameters(fields), audience, scope, requested_scope }
}

/** The client credentials grant (RFC 6749 section 4.4): tokens for the client itself, within its client grant. */
export function clientCredentialsGrant(deps: ClientCredentialsDeps): Grant {
  return {
    grant_type: 'client_credentials',
    allowed_by: ['client_credentials'],
    needs_authentication: true,
    required: [],
    logs,
    async issue(request) {
      const authorization = await authorize(deps.clients, request)
      const access_token = await deps.decideExchange(exchangeOf(request, authorization))
      const custom_claims = { id_token: {}, access_token }
      const answer = await signTokens(deps, { ...authorization, custom_claims })
      // Only the log event is stored: the response does not wait until it is on disk.
      const event = tokenIssuedEvent(logs, request, authorization)
      await recordEvents(deps.db, request.tenant.tenant_id, deps.clock.now(), [event], { awaits_disk: false })
      return answer
    },
  }
}
