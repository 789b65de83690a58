import type { Transaction } from '../tables.ts'

/** Adds the format of a credential's hash, and an id that changes with the password. Existing rows keep an empty id. */
export async function addCredentialFormats(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('credentials').renameColumn('password_hash', 'hash').execute()
  await trx.schema
    .alterTable('credentials')
    .addColumn('format', 'text', (column) => column.notNull().defaultTo('argon2id'))
    .execute()
  await trx.schema
    .alterTable('credentials')
    .addColumn('credential_id', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
}
