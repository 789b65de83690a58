import { firstPart, type ListPart } from '../base/page.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { Db, Transaction } from '../store/tables.ts'

/** The clients that may use a connection, by id. `from` is the last id of the page before. */
export async function listConnectionClients(
  db: Db,
  tenant_id: string,
  connection_id: string,
  page: { take: number; from?: string },
): Promise<ListPart<{ client_id: string }>> {
  const rows = await db
    .selectFrom('connection_clients')
    .select('client_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('client_id', '>', page.from ?? '')
    .orderBy('client_id')
    .limit(page.take + 1)
    .execute()
  return firstPart(rows, page.take, ({ client_id }) => client_id)
}

/**
 * Enables clients for a connection.
 *
 * @throws {Refusal} `invalid_body` that names the clients that do not exist
 */
export async function enableClients(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  client_ids: readonly string[],
): Promise<void> {
  const ids = [...new Set(client_ids)]
  if (ids.length === 0) return
  const known = await trx
    .selectFrom('clients')
    .select('client_id')
    .where('tenant_id', '=', tenant_id)
    .where('client_id', 'in', ids)
    .execute()
  const missing = ids.filter((id) => !known.some((row) => row.client_id === id))
  if (missing.length > 0) {
    const names = missing.slice(0, 5).join(', ')
    throw invalidBody(`These clients do not exist: ${names}`)
  }
  await trx
    .insertInto('connection_clients')
    .values(ids.map((client_id) => ({ tenant_id, connection_id, client_id })))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'client_id']).doNothing())
    .execute()
}

/** Disables clients for a connection; without a list, all of them. */
export async function disableClients(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  client_ids?: readonly string[],
): Promise<void> {
  if (client_ids?.length === 0) return
  let query = trx
    .deleteFrom('connection_clients')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
  if (client_ids) query = query.where('client_id', 'in', [...client_ids])
  await query.execute()
}
