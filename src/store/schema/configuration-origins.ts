import type { Transaction } from '../tables.ts'

/** Adds who set each value of the configuration of a connection, and when; null for what was set before. */
export async function addConfigurationOrigins(trx: Transaction): Promise<void> {
  await trx.schema.alterTable('connections').addColumn('configuration_origins', 'text').execute()
}
