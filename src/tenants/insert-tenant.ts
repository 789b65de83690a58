import { newHexId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { writeJson } from '../store/json-column.ts'
import type { Transaction } from '../store/tables.ts'
import type { Tenant } from './tenant.ts'

/** The Management API of a new tenant: its identifier, and the properties of its resource server. */
export type NewManagementApi = { audience: string; data: JsonObject }

/** Inserts a tenant with its Management API. A unique violation of `tenants` means that the name or the domain is taken. */
export async function insertTenant(trx: Transaction, tenant: Tenant, api: NewManagementApi): Promise<void> {
  const { tenant_id, name, domain, plan, created_at } = tenant
  await trx
    .insertInto('tenants')
    .values({
      tenant_id,
      name,
      domain,
      plan,
      is_default: tenant.is_default ? 1 : 0,
      is_system: tenant.is_system ? 1 : 0,
      settings: writeJson(tenant.settings),
      created_at,
      updated_at: created_at,
    })
    .execute()
  await trx
    .insertInto('resource_servers')
    .values({
      tenant_id,
      resource_server_id: newHexId(),
      identifier: api.audience,
      is_system: 1,
      data: writeJson(api.data),
      created_at,
      updated_at: created_at,
    })
    .execute()
}
