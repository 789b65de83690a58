import type { Transaction } from '../tables.ts'

/** Adds the indexes that find the links and the codes which were made for a legacy user before the move. */
export async function indexLinksOfLegacyUsers(trx: Transaction): Promise<void> {
  for (const table of ['tickets', 'reset_codes'] as const) {
    await trx.schema
      .createIndex(`${table}_by_legacy_id`)
      .on(table)
      .columns(['tenant_id', 'connection_id', 'legacy_id'])
      .execute()
  }
}
