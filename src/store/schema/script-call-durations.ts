import type { Transaction } from '../tables.ts'

/** Adds the longest duration of the calls that a row counts; null for those counted before. */
export async function addScriptCallDurations(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('script_calls').addColumn('longest_ms', 'bigint').execute()
}
