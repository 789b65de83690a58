/**
 * Clients: applications, resource servers, and the client grants between them. It knows no users and issues no tokens.
 */
import type { JsonObject } from '../base/json.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readJson } from '../store/json-column.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { ClientsTable, Db } from '../store/tables.ts'

/** A client (an application). `data` has the properties of the contract's client, as the API shows them. */
export type Client = {
  tenant_id: string
  client_id: string
  name: string
  secret_sealed: string
  is_global: boolean
  data: JsonObject
  created_at: number
  updated_at: number
}

/** The client of a row. */
export function clientFromRow(row: ClientsTable): Client {
  return {
    tenant_id: row.tenant_id,
    client_id: row.client_id,
    name: row.name,
    secret_sealed: row.secret_sealed,
    is_global: row.is_global === 1,
    data: readJson<JsonObject>(row.data),
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}

/** The client with this id, or undefined. */
export async function clientById(db: Db, tenant_id: string, client_id: string): Promise<Client | undefined> {
  const row = await db
    .selectFrom('clients')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('client_id', '=', client_id)
    .executeTakeFirst()
  return row && clientFromRow(row)
}

/** The subject (`sub`) of the tokens of a client that acts for itself. The id of a user, which contains a `|`, never equals it. */
export function clientSubject(client_id: string): string {
  return `${client_id}@clients`
}

/** A client's secret in the clear. */
export function openClientSecret(sealer: Sealer, client: Client): string {
  return sealer.open(client.secret_sealed, clientSecretAad(client.tenant_id, client.client_id))
}
