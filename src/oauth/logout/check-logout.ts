import type { Client } from '../../clients/client.ts'
import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { VerifyTokenDeps } from '../../keys/verify-token.ts'
import { issuerOf, type Site, type Tenant } from '../../tenants/tenant.ts'
import type { Parameters } from '../authorize/authorization-request.ts'
import { isRegisteredUrl } from '../registered-url.ts'
import { verifyIdTokenHint, type IdTokenHint } from '../verify-id-token-hint.ts'

/** Dependencies of `checkLogout`. */
export type CheckLogoutDeps = VerifyTokenDeps & { clients: Pick<ClientCache, 'client'>; site: Site }

/** A request to log out whose client and URL to return to are checked. */
export type LogoutRequest = {
  tenant: Tenant
  parameters: Parameters
  client: Client | undefined
  hint: IdTokenHint | undefined
  return_url: string | undefined
}

async function hintOf(deps: CheckLogoutDeps, tenant: Tenant, { id_token_hint, client_id }: Parameters) {
  if (id_token_hint === undefined) return undefined
  try {
    const issuer = issuerOf(tenant, deps.site.scheme)
    const hint = await verifyIdTokenHint(deps, tenant.tenant_id, issuer, id_token_hint)
    if (client_id !== undefined && client_id !== hint.client_id) throw new Refusal('invalid_token')
    return hint
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal('invalid_request', {
      message: 'id_token_hint is not an ID token of this issuer for this client.',
    })
  }
}

/**
 * Checks a request to log out (OpenID Connect RP-Initiated Logout section 2).
 *
 * @throws {Refusal} `invalid_request` for a hint that is no ID token of this issuer and client, `unknown_client`, `logout_url_mismatch`
 */
export async function checkLogout(
  deps: CheckLogoutDeps,
  tenant: Tenant,
  parameters: Parameters,
): Promise<LogoutRequest> {
  const hint = await hintOf(deps, tenant, parameters)
  const client_id = hint?.client_id ?? parameters['client_id']
  const client = client_id === undefined ? undefined : await deps.clients.client(tenant.tenant_id, client_id)
  if (client_id !== undefined && !client) {
    throw new Refusal('unknown_client', { message: `Unknown client: ${client_id.slice(0, 100)}` })
  }
  const return_url = parameters['post_logout_redirect_uri']
  const allowed = client ? client.data['allowed_logout_urls'] : tenant.settings['allowed_logout_urls']
  if (return_url !== undefined && !isRegisteredUrl(allowed, return_url, client))
    throw new Refusal('logout_url_mismatch')
  return { tenant, parameters, client, hint, return_url }
}
