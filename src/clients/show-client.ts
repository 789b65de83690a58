import type { Client as ShownClient, SigningCertificate } from '../contract/client.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { openClientSecret, type Client } from './client.ts'

/** The secrets of a client that its caller may read: it opens `client_secret`, and shows the tenant's certificates. */
export type ClientKeys = { sealer: Sealer; signing_keys: SigningCertificate[] }

/** A client as the API shows it. `keys` is given for callers that may read the secret. */
export function showClient(tenant: Tenant, client: Client, keys: ClientKeys | undefined): ShownClient {
  const { cross_origin_authentication: cross_origin } = client.data
  return {
    ...client.data,
    ...(typeof cross_origin === 'boolean' ? { cross_origin_auth: cross_origin } : {}),
    tenant: tenant.name,
    client_id: client.client_id,
    name: client.name,
    global: client.is_global,
    ...(keys ? { client_secret: openClientSecret(keys.sealer, client), signing_keys: keys.signing_keys } : {}),
  }
}
