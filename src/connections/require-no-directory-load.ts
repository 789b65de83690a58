import { Refusal } from '../contract/refusal.ts'
import type { Transaction } from '../store/tables.ts'

/** Requires that no load of the directory is open: its rows have keys with the namespace. @throws {Refusal} `directory_load_in_progress` */
export async function requireNoDirectoryLoad(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
): Promise<void> {
  const open = await trx
    .selectFrom('directory_loads')
    .select('load_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('state', 'in', ['reading', 'waiting_for_confirmation', 'applying'])
    .executeTakeFirst()
  if (open) throw new Refusal('directory_load_in_progress')
}
