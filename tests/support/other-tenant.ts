import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from './requests.ts'
import { createTenantApi, type TenantApi } from './tenant-api.ts'
import type { TestServer } from './test-server.ts'

/** A tenant beside the default one, and the requests to it. */
export type OtherTenant = TenantApi & {
  id: string
  host: string
  issuer: string
  /** Audience of its Management API. */
  audience: string
  /** Its first client, which may use its Management API. */
  client: TestClient
}

/** Creates a tenant at `host` as the operator does. */
export async function createOtherTenant(
  server: TestServer,
  name: string,
  host: string,
  fields: JsonObject = {},
): Promise<OtherTenant> {
  const created = await server.must('POST', 'tenants', { name, domain: host, ...fields })
  const { id, issuer, management_audience: audience } = created
  const client = { client_id: created.management_client_id, client_secret: created.management_client_secret }
  const address = { origin: server.origin, host, credentials: () => ({ ...client, audience }) }
  return { ...createTenantApi(address), id, host, issuer, audience, client }
}
