import type { ScriptEndpoint } from '../sandbox/script-endpoint.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The access of one call of rules to the users of their tenant: `auth0.baseUrl` and `auth0.accessToken`. */
export type RuleApiAccess = {
  base_url: string
  /** Accepted at the endpoint only, until `end`. */
  token: string
  endpoint: ScriptEndpoint
  end(): void
}

/** Opens the access of a call to the Management API of the tenant. */
export type RuleApi = { open(tenant: Tenant): Promise<RuleApiAccess> }
