import type { Transaction } from '../tables.ts'

/** Adds the column of sealed script sources. A step has no sealing key: the server seals the stored sources when it starts. */
export async function addSealedScripts(trx: Transaction): Promise<void> {
  await trx.schema
    .alterTable('connections')
    .addColumn('scripts_sealed', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute()
}
