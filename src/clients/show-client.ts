import type { Client as ShownClient } from '../contract/client.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { openClientSecret, type Client } from './client.ts'

/** A client as the API shows it. `with_secret` is for callers that may read the secret. */
export function showClient(sealer: Sealer, tenant: Tenant, client: Client, with_secret: boolean): ShownClient {
  return {
    ...client.data,
    tenant: tenant.name,
    client_id: client.client_id,
    name: client.name,
    global: client.is_global,
    ...(with_secret ? { client_secret: openClientSecret(sealer, client) } : {}),
  }
}
