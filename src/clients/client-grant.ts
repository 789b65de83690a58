import { readJson } from '../store/json-column.ts'
import type { ClientGrantsTable, Db } from '../store/tables.ts'

/**
 * The scopes that a client may request from a resource server: those of `scope`, or with `allow_all_scopes` every scope the resource server
 * defines.
 */
export type ClientGrant = {
  tenant_id: string
  client_grant_id: string
  client_id: string
  audience: string
  scope: string[]
  allow_all_scopes: boolean
}

/** The client grant of a row. */
export function clientGrantFromRow(row: ClientGrantsTable): ClientGrant {
  return {
    tenant_id: row.tenant_id,
    client_grant_id: row.client_grant_id,
    client_id: row.client_id,
    audience: row.audience,
    scope: readJson<string[]>(row.scope),
    allow_all_scopes: row.allow_all_scopes === 1,
  }
}

/** The grant of a client for an audience, or undefined. */
export async function clientGrantFor(
  db: Db,
  tenant_id: string,
  client_id: string,
  audience: string,
): Promise<ClientGrant | undefined> {
  const row = await db
    .selectFrom('client_grants')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('client_id', '=', client_id)
    .where('audience', '=', audience)
    .executeTakeFirst()
  return row && clientGrantFromRow(row)
}
