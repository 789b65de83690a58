import { isJsonObject, type JsonObject } from '../base/json.ts'
import { managementScopes, operatorScopes } from '../contract/management-scopes.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, ResourceServersTable } from '../store/tables.ts'

/** A resource server (an API). `data` has the properties of the contract's resource server. */
export type ResourceServer = {
  tenant_id: string
  resource_server_id: string
  identifier: string
  is_system: boolean
  data: JsonObject
}

// The Management API has the scopes of the running version, not those of the version that created the tenant. The stored scopes only
// show whether it has the operator's scopes, as in the default tenant.
function systemData(stored: JsonObject): JsonObject {
  const scopes = Array.isArray(stored['scopes']) ? stored['scopes'] : []
  const has_operator_scopes = scopes.some(
    (scope) => isJsonObject(scope) && typeof scope['value'] === 'string' && operatorScopes.has(scope['value']),
  )
  return {
    ...stored,
    scopes: managementScopes.filter(({ value }) => has_operator_scopes || !operatorScopes.has(value)),
  }
}

/** The resource server of a row. */
export function resourceServerFromRow(row: ResourceServersTable): ResourceServer {
  const stored = readJson<JsonObject>(row.data)
  return {
    tenant_id: row.tenant_id,
    resource_server_id: row.resource_server_id,
    identifier: row.identifier,
    is_system: row.is_system === 1,
    data: row.is_system === 1 ? systemData(stored) : stored,
  }
}

/** The resource server with this identifier (the `audience` of a request), or undefined. */
export async function resourceServerByIdentifier(
  db: Db,
  tenant_id: string,
  identifier: string,
): Promise<ResourceServer | undefined> {
  const row = await db
    .selectFrom('resource_servers')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('identifier', '=', identifier)
    .executeTakeFirst()
  return row && resourceServerFromRow(row)
}
