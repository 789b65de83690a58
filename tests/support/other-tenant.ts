import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from './requests.ts'
import { addressOf, createTenantApi, type TenantApi } from './tenant-api.ts'
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

/** Creates a tenant at `host` as the operator does; its first client may read the outbox, which only a command or an owner grants. */
export async function createOtherTenant(
  server: TestServer,
  name: string,
  host: string,
  fields: JsonObject = {},
): Promise<OtherTenant> {
  const created = await server.must('POST', 'tenants', { name, domain: host, ...fields })
  await server.internals.db
    .updateTable('client_grants')
    .set({ scope: JSON.stringify(['read:outbox']) })
    .where('tenant_id', '=', created.id)
    .execute()
  const address = addressOf(created, server.origin)
  const { audience, ...client } = address.credentials
  return {
    ...createTenantApi({ ...address, ca: server.ca }),
    id: created.id,
    host,
    issuer: created.issuer,
    audience,
    client,
  }
}
