import type { Transaction } from '../tables.ts'

/** Adds whether the legacy store blocks a user, apart from whether an administrator does. For existing rows it is not known, and false. */
export async function addLegacyBlocks(trx: Transaction): Promise<void> {
  await trx.schema
    .alterTable('users')
    .addColumn('legacy_blocked', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
}
