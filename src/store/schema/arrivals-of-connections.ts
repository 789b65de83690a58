import type { Transaction } from '../tables.ts'

/** Adds the index of the users of a connection who came in one way, by when they were created. */
export async function indexArrivalsOfConnections(trx: Transaction): Promise<void> {
  await trx.schema
    .createIndex('users_by_connection_id_arrived_through_created_at')
    .on('users')
    .columns(['tenant_id', 'connection_id', 'arrived_through', 'created_at', 'user_id'])
    .execute()
}
