import { newClientId, newSecret } from '../base/ids.ts'
import type { Sealer } from '../keys/sealer.ts'
import { writeJson } from '../store/json-column.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { ClientsTable, Db } from '../store/tables.ts'
import type { Tenant } from './tenant.ts'

/** The id and the secret of a client. */
export type ClientSecret = { client_id: string; client_secret: string }

/** Input for creating a client. A missing id or secret is generated. */
type NewClient = Partial<ClientSecret> & { name: string; is_global?: true; data: object }

/** Inserts a client of a tenant, and returns its row and its secret. */
export async function insertClient(
  db: Db,
  sealer: Sealer,
  { tenant_id, created_at }: Pick<Tenant, 'tenant_id' | 'created_at'>,
  { client_id = newClientId(), client_secret = newSecret(), name, is_global, data }: NewClient,
): Promise<{ row: ClientsTable; client_secret: string }> {
  const row: ClientsTable = {
    tenant_id,
    client_id,
    name,
    secret_sealed: sealer.seal(client_secret, clientSecretAad(tenant_id, client_id)),
    is_global: is_global ? 1 : 0,
    data: writeJson(data),
    created_at,
    updated_at: created_at,
  }
  await db.insertInto('clients').values(row).execute()
  return { row, client_secret }
}
