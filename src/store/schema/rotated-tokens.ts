import type { Transaction } from '../tables.ts'

/** Adds the index by which the purge finds refresh tokens that were rotated long ago. */
export async function indexRotatedTokens(trx: Transaction): Promise<void> {
  await trx.schema
    .createIndex('refresh_tokens_by_rotated_at')
    .on('refresh_tokens')
    .columns(['tenant_id', 'rotated_at'])
    .execute()
}
