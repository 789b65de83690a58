import { newClientId, newSecret } from '../base/ids.ts'
import type { Sealer } from '../keys/sealer.ts'
import { writeJson } from '../store/json-column.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { Transaction } from '../store/tables.ts'
import type { Tenant } from './tenant.ts'

/** The id and the secret of a client. */
export type ClientSecret = { client_id: string; client_secret: string }

/** Inserts a client that is created with its tenant, with a generated secret. */
export async function insertClient(
  trx: Transaction,
  sealer: Sealer,
  { tenant_id, created_at }: Tenant,
  client: { client_id?: string; name: string; is_global?: true; data: object },
): Promise<ClientSecret> {
  const { client_id = newClientId(), name, is_global, data } = client
  const client_secret = newSecret()
  await trx
    .insertInto('clients')
    .values({
      tenant_id,
      client_id,
      name,
      secret_sealed: sealer.seal(client_secret, clientSecretAad(tenant_id, client_id)),
      is_global: is_global ? 1 : 0,
      data: writeJson(data),
      created_at,
      updated_at: created_at,
    })
    .execute()
  return { client_id, client_secret }
}
