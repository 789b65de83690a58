import type { Client } from '../clients/client.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * Whether a client gets the answers of the standards where Auth0's differ: the setting `oidc_conformant_answers` of the client, else of the
 * tenant. They concern the status of `invalid_grant`, the type of `updated_at`, and where a logout without a hint leads.
 */
export function wantsConformantAnswers(tenant: Tenant, client: Client | undefined): boolean {
  return (client?.data['oidc_conformant_answers'] ?? tenant.settings['oidc_conformant_answers']) === true
}
